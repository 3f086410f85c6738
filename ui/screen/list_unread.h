#pragma once
/* Whether it is worth looking for an unread row. Store thread. */
#include "ui/screen/asker.h"
#include "ui/screen/view.h"

/* False: the counters of the folders that VIEW shows say that nothing there is unread. True for a search, and in doubt. */
bool list_unread_may_be(Asker *asker, const View *view);
