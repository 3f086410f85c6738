#include "ui/config_tables.h"
#include "ui/screen/pane_list.h"
#include "ui/screen/pane_reader_private.h"

/* A message that was shown for a while was read. */

static gboolean
on_time(gpointer data)
{
	ReaderPane *reader = data;
	App *app = reader->base.app;
	reader->mark_timer = 0;
	Pane *list = app_pane(app, PANE_LIST);
	ListRow *row = pane_list_unread_row(list, reader->row);
	if (row)
		acts_mark_read(app_acts(app), pane_list_view(list), row);
	return G_SOURCE_REMOVE;
}

void
reader_mark_begin(ReaderPane *reader)
{
	int64_t seconds = config_ui_seconds(app_config(reader->base.app), "mark-read");
	if (!reader->may_mark || seconds < 0)
		return;
	reader->may_mark = false;
	reader->mark_timer =
		g_timeout_add((guint)MIN(seconds, G_MAXINT / 1000) * 1000, on_time, reader);
}

void
reader_mark_stop(ReaderPane *reader)
{
	reader->may_mark = false;
	g_clear_handle_id(&reader->mark_timer, g_source_remove);
}
