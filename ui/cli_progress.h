#pragma once
/*
 * How a long command tells what its agents do: one changing line on a terminal, a line now and then
 * elsewhere (both stderr), or every event as a JSON line on stdout. One thread.
 */
#include "ui/cli.h"

typedef struct Progress Progress;

Progress *progress_new(bool json);
void progress_free(Progress *progress);

/* An event of an account (backend/account.h), but for "done". */
void progress_event(Progress *progress, JsonObject *event);
/* A line of its own: on stdout, or as JSON the object. */
void progress_result(Progress *progress, JsonObject *object, const char *sentence);
/* Takes the changing line away, before something else is said on stderr. */
void progress_clear(Progress *progress);
/* While HIDDEN no changing line is drawn: something is asked there. */
void progress_hide(Progress *progress, bool hidden);
