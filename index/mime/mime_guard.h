#pragma once
/*
 * What is looked for in a file before GMime sees it. GMime 3.2.13 recurses once for each nested group
 * of addresses (of attached messages too), and needs memory for each part; so deep groups are masked,
 * and a file of too many parts ends for GMime where they become too many. Reads the file once in
 * windows, never fails. One thread.
 */
#include <stdbool.h>

#include "index/mime/mime_file.h"

enum {
	MIME_GROUP_DEPTH = 16,
	MIME_MASKS = 10000,
	MIME_PARTS = 10000,
	MIME_BOUNDARY_LINES = 100000, /* that GMime is shown, in a multipart */
	MIME_DEPTH = 100,             /* of nesting that is shown */
};

/* Fills file->masks and file->prefix, and moves file->end. False if the file ends early for GMime. */
bool mime_guard_scan(MimeFile *file);
