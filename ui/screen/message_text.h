#pragma once
/*
 * A message as the reader shows it: its short headers, its attachments, its text. Any thread.
 */
#include "index/json.h"
#include "ui/screen/list_row.h"
#include "ui/screen/text_flow.h"

/* From what the mime helper says of the file (message.h). The caller owns it. */
TextFlow *message_text_new(JsonObject *message);

/* From the list's row, while the file is not here: headers and NOTE. The caller owns it. */
TextFlow *message_text_new_from_row(const ListRow *row, const char *note);
