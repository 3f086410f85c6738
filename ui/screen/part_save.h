#pragma once
/* The bytes of parts: read by the mime helper and saved, away from the UI thread. UI thread. */
#include "ui/screen/app.h"
#include "ui/screen/part_list.h"

/*
 * Saves PARTS (of Part) of the message FILE in DIRECTORY, made if it is not there, and says how it went. NAME: of the
 * one part; NULL: names that the parts give. Goes on whatever else is asked.
 */
void part_save(App *app, const char *file, const GPtrArray *parts, const char *directory,
	const char *name);

/* Hands ON_BYTES the decoded bytes of a part, or says why not. OWNER: as for a Job. */
void part_read(App *app, const void *owner, const char *file, const Part *part,
	void (*on_bytes)(App *app, GBytes *bytes));
