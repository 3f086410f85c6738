#pragma once
/*
 * The terminal given back after any death that a process can hear of, and the signals that stop a job. Holds the
 * one piece of static state of the screen, for a signal handler gets no argument. UI thread; one terminal.
 */
#include <stdbool.h>
#include <stdint.h>

/* Remembers the terminal's modes as they are: a death brings them back. */
void terminal_guard_save(void);

/* From now on a death writes what leaves ncurses' screen, and MODES_OFF. WAKE: an eventfd; SIGCONT adds 1 to it,
 * SIGTSTP TERMINAL_GUARD_STOP. May be called again when the terminal's sequences are known. */
void terminal_guard_arm(int wake, const char *modes_off);
void terminal_guard_disarm(void);

/* While it is paused the terminal is another's, and a death leaves it alone. */
void terminal_guard_pause(bool paused);

#define TERMINAL_GUARD_STOP ((uint64_t)1 << 32)
