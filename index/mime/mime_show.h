#pragma once
/*
 * What `curlew show` tells of a file: the "message" object of index/message.h, and its text beside it
 * (texts may be longer than a line of JSON). One thread.
 */
#include <glib.h>

#include "index/json.h"

enum {
	MIME_TEXT_LIMIT = 8 << 20,  /* bytes of a text part that are shown */
	MIME_FIELD_LIMIT = 1 << 16, /* bytes of a field's value */
};

typedef struct MimeShow {
	JsonObject *message;
	char *text;     /* decoded, not clean; NULL: the message has none */
	char *reflowed; /* of a format=flowed text: a paragraph a line; else NULL */
} MimeShow;

/* WIDTH: columns HTML is laid out for. NULL if the file cannot be read. */
MimeShow *mime_show(const char *file, int width, GError **error);
void mime_show_free(MimeShow *show);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MimeShow, mime_show_free)
