#pragma once
/*
 * A message as the reader shows it: its headers, what to know of it, its attachments, its text. Any thread.
 */
#include "index/json.h"
#include "ui/screen/list_row.h"
#include "ui/screen/text_flow.h"

typedef struct MessageTextWish {
	bool all_headers; /* instead of the short ones */
	const char *tags; /* may be NULL */
} MessageTextWish;

/* From what the mime helper says of the file (message.h). The caller owns it. */
TextFlow *message_text_new(JsonObject *message, const MessageTextWish *wish);

/* Adds text of mail: quotes by their depth, the signature apart. */
void message_text_add(TextFlow *flow, const char *text);

/* From the list's row, while the file is not here: headers and NOTE. The caller owns it. */
TextFlow *message_text_new_from_row(const ListRow *row, const char *note);
