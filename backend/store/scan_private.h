#pragma once
/*
 * A scan under way, shared by its three parts: scan.c walks, scan_files.c takes each file in, scan_missing.c
 * decides on what is not there. Disk thread only.
 */
#include "backend/store/store_private.h"

typedef struct Scan {
	Store *store;
	FileFinder *finder;
	Transaction transaction; /* committed every 1,000 changes and at the end of a folder */
	size_t pending, changed, added;
	GHashTable *seen; /* ids of rows whose file was met */
	GArray *read;     /* folders whose directories were read whole, of int64_t */
	GError *error;
	/* the folder being read */
	int64_t folder;
	RowSub sub;
	bool own_renames; /* files got a fresh key, which changed the directory's time */
	bool left_one;    /* a file whose place is looked at by the next scan */
} Scan;

/* One file of scan->folder, scan->sub. */
bool scan_take_file(
	Scan *scan, int directory, const char *name, const MaildirName *parts, GError **error);

/* Rows of a folder that was read whose file was not met: sets ANY if there are some; ACT: takes their files as gone. */
bool scan_missing_of(Scan *scan, int64_t folder, bool act, bool *any, GError **error);
