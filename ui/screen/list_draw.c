#include "ui/screen/list_draw.h"

#include "ui/screen/words.h"

enum {
	NARROW_COLUMNS = 48, /* below: sender and subject only */
	WIDE_COLUMNS = 90,
	DATE_COLUMNS = 6,
	WIDE_SCREEN = 140, /* from here on an older year's date has its day */
	WIDE_DATE_COLUMNS = 9,
	LEAST_SUBJECT = 12,
	LEVEL_COLUMNS = 2,
	LEVELS_LIMIT = 32,
};

static Style
style_of(const ListRow *row, const ListLook *look)
{
	if (look->cursor == LIST_CURSOR)
		return STYLE_CURSOR;
	if (look->cursor == LIST_CURSOR_AWAY)
		return STYLE_CURSOR_AWAY;
	if (look->is_marked)
		return STYLE_LIST_MARKED;
	if (row->flagged)
		return STYLE_LIST_FLAGGED;
	if (row->is_new)
		return STYLE_LIST_NEW;
	return row->unread ? STYLE_LIST_UNREAD : STYLE_LIST;
}

static char
state_sign(const ListRow *row)
{
	if (row->unread)
		return 'N';
	if (row->replied)
		return 'r';
	return row->passed ? '>' : ' ';
}

static const char *
place_sign(const ListRow *row)
{
	if (row->refused)
		return "✗";
	if (!row->here)
		return "~";
	return row->pending && row->copy ? "^" : " ";
}

static const char *
first_sign(const ListRow *row, const ListLook *look)
{
	if (look->is_marked)
		return "●";
	if (look->is_open)
		return "▸";
	return row->is_new ? "*" : "";
}

/* Tags at the right edge, if they leave room; returns the columns left for the subject. */
static int
draw_tags(Canvas *canvas, const Area *area, int line, const ListRow *row, int at, int room,
	Style style)
{
	int width = (int)clean_text_columns(row->tags);
	if (width == 0 || room - width - 1 < LEAST_SUBJECT)
		return room;
	Style tag_style =
		style == STYLE_LIST || style == STYLE_LIST_UNREAD || style == STYLE_LIST_NEW
			? STYLE_LIST_TAG
			: style;
	canvas_draw(canvas, area, line, at + room - width, width, tag_style, row->tags);
	return room - width - 1;
}

/* "│ └ ": at most a third of the room; of what stands deeper the levels next to the root are cut. */
static int
draw_branches(Canvas *canvas, const Area *area, int line, const ListRow *row, int at, int room,
	Style style)
{
	int levels = CLAMP(room / 3 / LEVEL_COLUMNS, 1, LEVELS_LIMIT);
	bool cut = row->depth > levels;
	levels = MIN(levels, row->depth);
	for (int above = levels - 1; above >= 0; above--) {
		bool goes_on = row->branches >> above & 1;
		const char *sign = above == 0                   ? goes_on ? "├" : "└"
		                   : cut && above == levels - 1 ? "…"
		                   : goes_on                    ? "│"
		                                                : " ";
		canvas_print(canvas, area, line, at, LEVEL_COLUMNS, style, "%s", sign);
		at += LEVEL_COLUMNS;
	}
	return levels * LEVEL_COLUMNS;
}

/* "(12, 3 unread) " of a folded thread, the branches of an answer; returns the columns that it took. */
static int
draw_thread(Canvas *canvas, const Area *area, int line, const ListRow *row, int at, int room,
	Style style)
{
	if (!row->folded)
		return draw_branches(canvas, area, line, row, at, room, style);
	g_autofree char *messages = words_number(row->thread_messages);
	g_autofree char *unread = words_number(row->thread_unread);
	if (row->thread_unread > 0)
		return canvas_print(
			canvas, area, line, at, room, style, "(%s, %s unread) ", messages, unread);
	return canvas_print(canvas, area, line, at, room, style, "(%s) ", messages);
}

void
list_draw_row(Canvas *canvas, const Area *area, int line, const ListRow *row, const ListLook *look)
{
	Style style = style_of(row, look);
	canvas_fill(canvas, area, line, 0, area->columns, style);
	bool narrow = area->columns < NARROW_COLUMNS;
	canvas_print(canvas, area, line, 0, 1, style, "%s", first_sign(row, look));
	canvas_print(canvas, area, line, 1, 3, style, "%c%c%s", state_sign(row),
		row->flagged ? '!' : ' ', place_sign(row));
	int at = 4;
	if (!narrow) {
		bool wide = canvas_columns(canvas) >= WIDE_SCREEN;
		int columns = wide ? WIDE_DATE_COLUMNS : DATE_COLUMNS;
		g_autofree char *date = wide ? words_date_with_day(row->date, look->now)
		                             : words_date(row->date, look->now);
		canvas_print(canvas, area, line, at, columns, style, "%s", date);
		at += columns + 1;
	}
	int sender = narrow ? 12 : area->columns >= WIDE_COLUMNS ? 22 : 15;
	canvas_draw(canvas, area, line, at, sender, style, row->sender);
	at += sender + 1;
	int room = area->columns - at - 2;
	if (row->attachment)
		canvas_print(canvas, area, line, area->columns - 1, 1, style, "+");
	if (!narrow)
		room = draw_tags(canvas, area, line, row, at, room, style);
	int taken = draw_thread(canvas, area, line, row, at, room, style);
	canvas_draw(canvas, area, line, at + taken, room - taken, style, row->subject);
}
