#pragma once
/*
 * The screen beside tests/screen_agent.py, which writes down what it is told to do to messages and does it to the rows of
 * the store alone. One thread; what must succeed is asserted.
 */
#include "screen_fixture.h"

/* Of this profile, taken over; for cmocka: *STATE is one with 20 messages, and no index. */
ScreenFixture *screen_deeds_new(ScreenProfile *profile);
int screen_deeds_open(void **state);

/* Both accounts' agents have answered when this returns. */
TestTerminal *screen_deeds_start(ScreenFixture *fixture);

/* A file beside the agent of ACCOUNT; the caller owns it. */
char *screen_deeds_path(const ScreenFixture *fixture, const char *account, const char *name);

/* Until the agent was told so. */
void screen_deeds_wait(const ScreenFixture *fixture, const char *account, const char *wanted);

/* HELD: the agent does and answers nothing from now on; else what it has not yet, and all that comes. */
void screen_deeds_hold(const ScreenFixture *fixture, const char *account, bool held);
