#pragma once
/*
 * What `curlew show` tells of a file: the "message" object of index/message.h, and its texts beside it
 * (they may be longer than a line of JSON). One thread.
 */
#include <glib.h>

#include "index/json.h"
#include "index/mime/mime_body.h"

enum { MIME_FIELD_LIMIT = 1 << 16 /* bytes of a field's value */ };

typedef struct MimeShow {
	JsonObject *message;
	MimeBody *body;
} MimeShow;

/* WIDTH: columns HTML is laid out for. NULL if the file cannot be read. */
MimeShow *mime_show(const char *file, int width, GError **error);
void mime_show_free(MimeShow *show);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MimeShow, mime_show_free)
