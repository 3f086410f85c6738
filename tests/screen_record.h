#pragma once
/*
 * A whole screen as text: what it says, how each cell looks, where the cursor is; and the screens on record, in
 * tests/screens (CURLEW_TEST_RECORD=1 writes them anew). The status line of accounts names paths of this machine: it
 * is one word here, and the times of `:messages` are all alike. One thread.
 */
#include "terminal.h"

char *screen_record_text(TestTerminal *terminal); /* what it says alone */
char *screen_record(TestTerminal *terminal, int rows, int columns);

/* Are both records alike? WHAT: of this, for the message. */
void screen_record_assert_same(const char *what, const char *wanted, const char *got);

/* Is it as it stands on record under NAME? */
void screen_record_check(TestTerminal *terminal, const char *name, int rows, int columns);
