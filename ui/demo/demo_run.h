#pragma once
/*
 * The reader on sample mail: in a profile of its own that is gone afterwards, however it ends. No network, and
 * nothing of the user's is read or written. One thread.
 */

/* Until the user quits; the program's exit code. */
int demo_run(void);
