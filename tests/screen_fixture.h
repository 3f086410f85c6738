#pragma once
/*
 * The real program beside its mime helper in a directory of its own, where no agent is, and a profile that is
 * the same in every run: for the tests of the screen. One thread; what must succeed is asserted.
 */
#include "screen_profile.h"
#include "terminal.h"

typedef struct ScreenFixture {
	ScreenProfile *profile;
	char *program;
} ScreenFixture;

/* Of that profile, taken over, with the programs beside it. */
ScreenFixture *screen_fixture_new(ScreenProfile *profile);

/* For cmocka: *STATE is a ScreenFixture. */
int screen_fixture_open(void **state);
int screen_fixture_close(void **state);

/* Started as if for the first time, the folders read, the agents known to be missing: nothing is under way any more. */
TestTerminal *screen_fixture_start(ScreenFixture *fixture, int rows, int columns);

/* From every pane keys that move, and one that leads to the next: each is answered. OPEN: keys that open a message of
 * the first list which is here and has a link, "g g Enter". */
void screen_fixture_press_everywhere(TestTerminal *terminal, const char *open);

/* Puts a program at PATH. */
void screen_fixture_copy(const char *from, const char *to);

/* The profile's config is TEXT from now on; where that does not say when a message is marked read, never: most tests look
 * at how rows are, however long that takes. */
void screen_fixture_write_config(ScreenProfile *profile, const char *text);
