#pragma once
/*
 * What is under way, a line each, and how to stop it. UI thread.
 */
#include "ui/screen/app.h"

extern const PaneClass pane_jobs_class;
