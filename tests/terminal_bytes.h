#pragma once
/*
 * What a program of ours may write to an xterm: the sequences that ncurses has for it, and our own. Pure.
 */
#include <glib.h>

/* Where the first thing stands that neither ncurses nor curlew writes, or writes so often; -1: there is none. */
gssize terminal_bytes_foreign(const GByteArray *bytes);
