#pragma once
/*
 * What both ends of curlew's protocols compare, so that a program that runs from a replaced file gives way to
 * the new one: the version, and the size and time of change of the program's file. Any thread.
 */

/* Of the file at PROGRAM as it is now; only the version if there is none. The caller owns it. */
char *build_id(const char *program);

/* Of the file that this process was started from: to be asked at its start, and kept. The caller owns it. */
char *build_id_own(void);
