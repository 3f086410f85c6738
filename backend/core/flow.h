#pragma once
/*
 * Counts work handed to another thread: at most so much under way, the first failure kept. Any thread.
 */
#include <glib.h>
#include <stdbool.h>

typedef struct Flow Flow;

Flow *flow_new(unsigned limit);
void flow_free(Flow *flow); /* waits for what is under way */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Flow, flow_free)

/* Waits for a free place and takes it; false (and the kept failure) if something failed before. */
bool flow_begin(Flow *flow, GError **error);
/* Did nothing fail so far? False gives out (and keeps) the failure. */
bool flow_is_good(Flow *flow, GError **error);
/* Gives the place back; ERROR (borrowed, may be NULL) is kept if it is the first. */
void flow_end(Flow *flow, const GError *error);
/* Waits until nothing is under way; gives out the kept failure and forgets it. */
bool flow_wait(Flow *flow, GError **error);
