#pragma once
/*
 * Takes away what a test has made. Any thread.
 */

/* Removes PATH and, if it is a directory, all in it; symbolic links are not followed. What is not there is no fault. */
void remove_tree(const char *path);
