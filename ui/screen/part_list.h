#pragma once
/* The parts of a message, from what the mime helper says of it (message.h). Constant once made. */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "index/json.h"

typedef struct Part {
	char *number, *type; /* "2.1", "text/html" */
	char *name;          /* as the mail says, not clean; NULL: none */
	char *note;          /* "nested too deep"; NULL: none */
	int64_t bytes;       /* -1: not told */
	int depth;
	bool attachment;
} Part;

Part *part_copy(const Part *part); /* the caller owns it */
void part_free(Part *part);        /* NULL does nothing */

/* "part 2.1: a.pdf (application/pdf, 1,204 bytes)"; not clean. The caller owns it. */
char *part_title(const Part *part);

/* Of Part; the caller owns it. */
GPtrArray *part_list_new(JsonObject *message);

/* What can be shown of it in the reader, a text or a message? A multipart has nothing of its own. */
bool part_is_text(const Part *part);
bool part_is_message(const Part *part);
bool part_is_container(const Part *part);
