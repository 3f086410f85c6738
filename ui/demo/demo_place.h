#pragma once
/*
 * The directory below which all of one demo lies. A lock in it is held by the demo and the reader that it started, so
 * that what a killed one left is known from one that runs. One thread.
 */
#include <gio/gio.h>

typedef struct DemoPlace DemoPlace;

/* Makes one, readable by the user alone, and removes what dead demos of the same user left beside it. */
DemoPlace *demo_place_new(GError **error);

const char *demo_place_path(const DemoPlace *place); /* belongs to PLACE */

/* Ends what still runs in it and removes it. */
void demo_place_free(DemoPlace *place);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DemoPlace, demo_place_free)
