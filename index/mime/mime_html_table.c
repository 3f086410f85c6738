#include "index/mime/mime_html_table.h"

#include <string.h>

#include "index/mime/mime_html_walk.h"

enum { ROWS_LIMIT = 500, COLUMNS_LIMIT = 24, CELL_LIMIT = 160, NODES_LIMIT = 20000 };

static bool
is_cell(const xmlNode *node)
{
	return mime_html_is(node, "td") || mime_html_is(node, "th");
}

/* The node after this one below ROOT in the document's order; NULL at the end. */
static xmlNode *
next_node(xmlNode *node, const xmlNode *root, bool enter)
{
	if (enter && node->type == XML_ELEMENT_NODE && node->children != NULL)
		return node->children;
	while (node != root && node->next == NULL)
		node = node->parent;
	return node == root ? NULL : node->next;
}

static int
span(const xmlNode *cell)
{
	const char *columns = mime_html_attribute(cell, "colspan");
	return columns != NULL ? (int)CLAMP(g_ascii_strtoll(columns, NULL, 10), 1, COLUMNS_LIMIT)
	                       : 1;
}

/* Cheap signs: rows of several cells, not too many, and nothing in them that asks for lines of its own. */
static bool
holds_data(xmlNode *table)
{
	static const char *const unfit[] = { "table", "ul", "ol", "blockquote", "pre", "hr", "img",
		"h1", "h2", "h3", "form" };
	const char *role = mime_html_attribute(table, "role");
	if (role != NULL && strcmp(role, "presentation") == 0)
		return false;
	int rows = 0, cells = 0, nodes = 0, columns = 0;
	for (xmlNode *node = next_node(table, table, true); node != NULL;
		node = next_node(node, table, true)) {
		if (++nodes > NODES_LIMIT)
			return false;
		for (size_t i = 0; i < G_N_ELEMENTS(unfit); i++)
			if (mime_html_is(node, unfit[i]))
				return false;
		bool row = mime_html_is(node, "tr"), cell = is_cell(node);
		rows += row;
		cells += cell;
		columns = row ? 0 : columns + (cell ? span(node) : 0);
		if (columns > COLUMNS_LIMIT || (cell && !mime_html_is(node->parent, "tr")))
			return false;
	}
	return rows >= 2 && rows <= ROWS_LIMIT && cells > rows;
}

/* A cell as one line. */
static char *
cell_text(Walker *walker, xmlNode *cell)
{
	g_autoptr(Layout) layout = layout_new(100000);
	Walker inside = *walker;
	inside.layout = layout;
	inside.in_cell = true;
	mime_html_walk_tree(&inside, cell);
	char *text = layout_finish(layout);
	g_strstrip(text);
	return g_strdelimit(text, "\n", ' ');
}

static bool
is_gone(const Walker *walker, const xmlNode *row)
{
	CssStyle style = css_sheet_style(walker->sheet, "tr", mime_html_attribute(row, "class"),
		mime_html_attribute(row, "id"), mime_html_attribute(row, "style"));
	return style.gone == CSS_YES || style.invisible == CSS_YES;
}

static GPtrArray *
read_row(Walker *walker, xmlNode *row)
{
	GPtrArray *cells = g_ptr_array_new_with_free_func(g_free);
	for (xmlNode *node = row->children; node != NULL; node = node->next) {
		if (!is_cell(node) || cells->len >= COLUMNS_LIMIT)
			continue;
		g_ptr_array_add(cells, cell_text(walker, node));
		for (int i = 1; i < span(node) && cells->len < COLUMNS_LIMIT; i++)
			g_ptr_array_add(cells, g_strdup(""));
	}
	return cells;
}

/* The widths of the columns; the sum with the gaps between them. */
static int
measure(GPtrArray *rows, int widths[COLUMNS_LIMIT])
{
	int columns = 0, sum = 0;
	for (guint i = 0; i < rows->len; i++) {
		GPtrArray *cells = g_ptr_array_index(rows, i);
		for (guint j = 0; j < cells->len; j++) {
			bool spans = j + 1 < cells->len &&
			             *(char *)g_ptr_array_index(cells, j + 1) == '\0';
			int width = layout_columns(g_ptr_array_index(cells, j));
			/* What reaches over several columns widens none of them. */
			if (!spans)
				widths[j] = MAX(widths[j], width);
			columns = MAX(columns, (int)j + 1);
		}
	}
	for (int i = 0; i < columns; i++)
		sum += widths[i] + (i > 0 ? 2 : 0);
	return sum;
}

static void
add_row(Walker *walker, GPtrArray *cells, const int widths[COLUMNS_LIMIT], bool aligned)
{
	g_autoptr(GString) line = g_string_new(NULL);
	int columns = 0, wanted = 0;
	for (guint j = 0; j < cells->len; j++) {
		const char *text = g_ptr_array_index(cells, j);
		if (aligned)
			for (; columns < wanted; columns++)
				g_string_append_c(line, ' ');
		else if (*text != '\0' && line->len > 0)
			g_string_append(line, " | ");
		g_string_append(line, text);
		columns += layout_columns(text);
		wanted += widths[j] + 2;
	}
	layout_text(walker->layout, line->str, aligned);
	layout_break(walker->layout);
}

bool
mime_html_table(Walker *walker, xmlNode *table)
{
	if (!holds_data(table))
		return false;
	g_autoptr(GPtrArray) rows =
		g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
	for (xmlNode *node = next_node(table, table, true); node != NULL;
		node = next_node(node, table, !mime_html_is(node, "tr"))) {
		if (mime_html_is(node, "tr") && !is_gone(walker, node))
			g_ptr_array_add(rows, read_row(walker, node));
		else if (mime_html_is(node, "caption"))
			mime_html_walk_tree(walker, node);
	}
	int widths[COLUMNS_LIMIT] = { 0 };
	bool aligned = measure(rows, widths) <= walker->width;
	layout_paragraph(walker->layout);
	for (guint i = 0; i < rows->len; i++)
		add_row(walker, g_ptr_array_index(rows, i), widths, aligned);
	layout_paragraph(walker->layout);
	return true;
}
