#pragma once
/*
 * Which parts of a message are its text, and that text: decoded, HTML laid out, flowed lines joined.
 * One thread.
 */
#include <glib.h>

#include "index/mime/mime_read.h"

enum { MIME_TEXT_LIMIT = 8 << 20 /* bytes of a text that are shown */ };

typedef struct MimeBody {
	char *text;     /* NULL: the message has none */
	char *reflowed; /* of a format=flowed text: a paragraph a line; else NULL */
	char *more; /* of further texts that are no attachments, one after another; NULL: none */
	char *from; /* what text is: "plain", "html", another text/ type, "message", "raw"; or NULL */
	const char *guess; /* the charset that was used instead of the named one, or NULL */
	bool cut;
} MimeBody;

/* WIDTH: columns HTML is laid out for. */
MimeBody *mime_body_new(const MimeMessage *message, int width);
void mime_body_free(MimeBody *body);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MimeBody, mime_body_free)

/*
 * The text of one part, decoded, HTML laid out: of any text/ part, of an attached message as it is
 * written. NULL: it is none of these. The caller owns it.
 */
char *mime_body_part_text(const MimePart *part, int width, bool *cut);
