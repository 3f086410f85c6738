#pragma once
/* The parts of a message as a tree, in the reader's place: view, save, pipe them. UI thread. */
#include "index/json.h"
#include "ui/screen/pane.h"

extern const PaneClass pane_parts_class;

/* FILE: the message; MESSAGE: what the mime helper says of it (message.h). */
void pane_parts_show(Pane *pane, const char *file, JsonObject *message);
