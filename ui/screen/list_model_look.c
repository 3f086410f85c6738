#include "ui/screen/list_model_private.h"

bool
list_model_is_jumping(const ListModel *model)
{
	return model->asking != ASKING_NOTHING && model->asking != ASKING_OLDER &&
	       model->asking != ASKING_NEWER && model->asking != ASKING_AGAIN;
}

const ListRow *
list_model_row(const ListModel *model, int line)
{
	int index = model->window.top + line;
	return line >= 0 && index < list_window_length(&model->window)
	               ? list_window_at(&model->window, index)
	               : NULL;
}

ListRow *
list_model_current(const ListModel *model)
{
	return list_window_current(&model->window);
}

ListRow *
list_model_find(const ListModel *model, const ListRow *row)
{
	int found = list_window_find(&model->window, row);
	return found >= 0 ? list_window_at(&model->window, found) : NULL;
}

bool
list_model_pass(const ListModel *model, const ListRow *from,
	void (*on_row)(ListRow *row, void *data), void *data)
{
	const ListWindow *window = &model->window;
	int found = list_window_find(window, from);
	int step = found < window->cursor ? 1 : -1;
	for (int i = found; found >= 0 && i != window->cursor;)
		on_row(list_window_at(window, i += step), data);
	return found >= 0;
}

bool
list_model_is_at_newest(const ListModel *model)
{
	return !model->window.held || (model->window.at_start && model->window.cursor == 0);
}

void
list_model_hold(ListModel *model)
{
	model->window.held = true;
}

int
list_model_cursor_line(const ListModel *model)
{
	return model->window.cursor - model->window.top;
}

bool
list_model_is_loading(const ListModel *model)
{
	return !model->loaded || model->pending != 0 || list_model_is_jumping(model);
}

bool
list_model_is_empty(const ListModel *model)
{
	return model->loaded && list_window_length(&model->window) == 0 && model->window.at_start &&
	       model->window.at_end;
}

const CleanText *
list_model_why(const ListModel *model)
{
	return model->why;
}
