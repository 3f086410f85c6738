#pragma once
/*
 * A body on its way from the wire into tmp/: CRLF becomes LF across pieces, a bare CR and NUL stay; mode
 * 0600, mtime = INTERNALDATE. Made and written by one thread, any thread. Durable only after
 * body_files_sync on its directory; then store_place gives it its name.
 */
#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct BodyFile BodyFile;

/* Makes tmp/KEY anew (an older one of that name is ours and goes). TMP is borrowed and must stay open. */
BodyFile *body_file_create(int tmp, const char *key, int64_t internal_date, GError **error);
bool body_file_write(BodyFile *body, const char *bytes, size_t size, GError **error);
/* Writes what is left, sets the time, closes. Frees BODY, whatever comes; on an error the file is gone. */
bool body_file_finish(BodyFile *body, GError **error);
/* Takes the file away and frees BODY; NULL does nothing. */
void body_file_drop(BodyFile *body);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BodyFile, body_file_drop)

/* Makes all bodies finished on this file system durable (syncfs). After an error none of them is: fetch again. */
bool body_files_sync(int tmp, GError **error);
