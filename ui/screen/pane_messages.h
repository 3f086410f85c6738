#pragma once
/*
 * Everything that was said, the newest last, whole sentences. UI thread.
 */
#include "ui/screen/app.h"

extern const PaneClass pane_messages_class;

void pane_messages_show(Pane *pane); /* opens at the newest */
