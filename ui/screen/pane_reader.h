#pragma once
/* One message: headers and text, its HTML, its source; fetched first if it is not here. UI thread. */
#include "ui/screen/list_row.h"
#include "ui/screen/pane.h"
#include "ui/screen/part_list.h"

extern const PaneClass pane_reader_class;

void pane_reader_show(Pane *pane, ListRow *row);
ListRow *pane_reader_row(Pane *pane);     /* what is shown; NULL: nothing; belongs to it */
void pane_reader_leave_flags(Pane *pane); /* what is shown is not marked read by being shown */
void pane_reader_close(Pane *pane);       /* nothing is shown */

/* A part of what is shown, or the OUTPUT of a program, which is not clean; with the focus. */
void pane_reader_show_part(Pane *pane, const Part *part);
void pane_reader_show_output(Pane *pane, const char *title, const char *output);

/* From another form of the message to the message; false: it is what is shown. */
bool pane_reader_back(Pane *pane);
