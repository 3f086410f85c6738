#include "ui/screen/list_model_private.h"

/* Moves are answered at once; what lies beyond the window is asked for. */

enum { ASK_LIMIT = 2000 };

void
list_model_stop_seeking(ListModel *model)
{
	model->on_sought = NULL;
	model->seek_next = false;
	if (model->asking != ASKING_UNREAD)
		return;
	model->asking = ASKING_NOTHING;
	model->pending = 0;
}

void
list_model_begin_move(ListModel *model)
{
	list_model_stop_seeking(model);
	model->window.held = true;
	model->pending = 0;
	if (list_model_is_jumping(model) && model->loaded)
		model->asking = ASKING_NOTHING;
	list_model_end_walk(model, false);
}

static void
ask_beyond(ListModel *model, bool backward)
{
	Asking asking = backward ? ASKING_NEWER : ASKING_OLDER;
	if (model->asking == asking)
		return; /* under way; the move goes on with its answer */
	ListAsk ask = {
		.from = list_model_edge(model, backward),
		.backward = backward,
		.limit = (size_t)MIN(ABS(model->pending) + model->window.height * 2, ASK_LIMIT),
	};
	list_model_ask(model, asking, &ask);
}

void
list_model_move(ListModel *model, int64_t rows)
{
	model->window.held = true;
	if (list_model_is_jumping(model)) {
		model->pending += rows; /* from where the jump ends */
		return;
	}
	rows += model->pending; /* keys are faster than pages: none of them is lost */
	list_model_begin_move(model);
	if (list_window_length(&model->window) == 0)
		return;
	int64_t wanted = model->window.cursor + rows;
	int64_t reached = CLAMP(wanted, 0, list_window_length(&model->window) - 1);
	model->window.cursor = (int)reached;
	bool backward = wanted < reached;
	if (wanted != reached && !(backward ? model->window.at_start : model->window.at_end)) {
		model->pending = wanted - reached;
		list_window_keep_cursor(&model->window);
		ask_beyond(model, backward);
		return;
	}
	list_model_settle(model);
}

void
list_model_scroll(ListModel *model, int64_t rows)
{
	int line = model->window.cursor - model->window.top;
	list_model_move(model, rows);
	model->window.top = model->window.cursor - line;
	list_window_keep_cursor(&model->window);
	list_model_prefetch(model);
}

void
list_model_home(ListModel *model)
{
	list_model_begin_move(model);
	if (!model->loaded || !model->window.at_start) {
		list_model_ask_start(
			model); /* also in place of a row that was asked for before anything came */
		return;
	}
	model->window.cursor = 0;
	list_model_settle(model);
}

void
list_model_end(ListModel *model)
{
	list_model_begin_move(model);
	if (!model->window.at_end) {
		ListAsk ask = { .backward = true, .limit = (size_t)model->window.height * 3 };
		list_model_ask(model, ASKING_END, &ask);
		return;
	}
	model->window.cursor = MAX(list_window_length(&model->window) - 1, 0);
	list_model_settle(model);
}

void
list_model_go_to_row(ListModel *model, const ListRow *row)
{
	const ListWindow *window = &model->window;
	bool shows_rows = list_window_length(window) > 0;
	/* with nothing on screen yet, the newer rows above are to be seen, too */
	model->line = shows_rows ? list_model_cursor_line(model) : window->height / 2;
	list_model_begin_move(model);
	list_model_ask_row(model, row);
}

void
list_model_lay_out(ListModel *model)
{
	const ListRow *row = list_model_current(model);
	if (row && model->window.held)
		list_model_go_to_row(model, row);
	else
		list_model_ask_start(model);
}

void
list_model_go_to_date(ListModel *model, int64_t date)
{
	list_model_begin_move(model);
	ListAsk ask = { .has_date = true, .date = date, .limit = (size_t)model->window.height * 3 };
	list_model_ask(model, ASKING_DATE, &ask);
}

void
list_model_seek_unread(ListModel *model, bool backward, bool from_edge,
	void (*on_done)(bool found, void *data), void *data)
{
	model->window.held = true;
	bool waits = list_model_is_jumping(model) && model->asking != ASKING_UNREAD;
	if (!waits)
		list_model_begin_move(model);
	model->on_sought = on_done;
	model->sought_data = data;
	model->seek_next = waits && !from_edge;
	model->seek_backward = backward;
	if (!model->seek_next) /* else from where the jump ends */
		list_model_ask_unread(model, from_edge ? NULL : list_model_current(model));
}
