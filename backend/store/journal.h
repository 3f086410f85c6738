#pragma once
/*
 * How SQLite keeps its journal on a file system. A write-ahead log needs memory shared by all who have the
 * database open, which no network file system gives. Any thread.
 */

/* For the file system that PATH (which need not be there yet) lies on: a value of PRAGMA journal_mode. */
const char *journal_mode_at(const char *path);
/* For a file system by its number in statfs. */
const char *journal_mode_on(unsigned long file_system);
