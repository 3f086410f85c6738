#pragma once
/*
 * Pages of folders and merged views, from the stores of the accounts. UI thread; the questions run on the
 * asking thread.
 */
#include "ui/screen/asker.h"
#include "ui/screen/list_source.h"
#include "ui/screen/view.h"

/* VIEW is copied and is no search. ASKER must outlive the source. The caller owns it. */
ListSource *list_store_new(Asker *asker, const View *view);
