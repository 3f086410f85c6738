#include "ui/screen/text_flow.h"

enum { INDENT = 4, LEAST_INDENTED = 20 /* narrower lines are not indented */ };

typedef struct Block {
	CleanText *text;
	TextLook look;
	TextStyler styler; /* NULL: all lines have that look */
} Block;

struct TextFlow {
	GPtrArray *blocks; /* of Block */
	GArray *lines;     /* of TextLine: as far as wrapped */
	size_t columns;
	/* where wrapping goes on */
	guint block;
	size_t offset;
	bool in_line;
	TextLook look;  /* of the line that is being wrapped */
	unsigned state; /* of the block's styler */
};

static void
block_free(void *data)
{
	Block *block = data;
	clean_text_unref(block->text);
	g_free(block);
}

TextFlow *
text_flow_new(void)
{
	TextFlow *flow = g_new0(TextFlow, 1);
	flow->blocks = g_ptr_array_new_with_free_func(block_free);
	flow->lines = g_array_new(FALSE, FALSE, sizeof(TextLine));
	flow->columns = 80;
	return flow;
}

void
text_flow_free(TextFlow *flow)
{
	if (!flow)
		return;
	g_ptr_array_unref(flow->blocks);
	g_array_unref(flow->lines);
	g_free(flow);
}

static void
add(TextFlow *flow, CleanText *text, TextLook look, TextStyler styler)
{
	Block *block = g_new0(Block, 1);
	block->text = text;
	block->look = look;
	block->styler = styler;
	g_ptr_array_add(flow->blocks, block);
}

void
text_flow_add(TextFlow *flow, CleanText *text, Style style)
{
	add(flow, text, (TextLook){ style, 0 }, NULL);
}

void
text_flow_add_indented(TextFlow *flow, CleanText *text, Style style)
{
	add(flow, text, (TextLook){ style, INDENT }, NULL);
}

void
text_flow_add_styled(TextFlow *flow, CleanText *text, TextStyler styler)
{
	add(flow, text, (TextLook){ 0 }, styler);
}

void
text_flow_set_width(TextFlow *flow, size_t columns)
{
	columns = MAX(columns, 2); /* a wide character must fit */
	if (columns == flow->columns)
		return;
	flow->columns = columns;
	g_array_set_size(flow->lines, 0);
	flow->block = 0;
	flow->offset = 0;
	flow->in_line = false;
	flow->state = 0;
}

/* The bytes of the first line of TEXT (never NULL, ends with NUL) and where the next one begins. */
static size_t
wrap(const char *text, size_t columns, const char **rest, bool *line_ended)
{
	const char *next = text, *break_at = NULL, *break_rest = NULL;
	size_t used = 0;
	*line_ended = false;
	for (;;) {
		const char *group = next;
		int width;
		size_t bytes = clean_text_step(&next, &width);
		if (bytes == 0 || *group == '\n') {
			*line_ended = true;
			*rest = next;
			return (size_t)(group - text);
		}
		if (*group == ' ') {
			break_at = group;
			break_rest = next;
		}
		if (used + (size_t)width > columns)
			break;
		used += (size_t)width;
		*rest = next;
	}
	if (!break_at || break_at == text)
		return (size_t)(*rest - text);
	*rest = break_rest;
	return (size_t)(break_at - text);
}

static bool
wrap_one(TextFlow *flow)
{
	if (flow->block >= flow->blocks->len)
		return false;
	const Block *block = g_ptr_array_index(flow->blocks, flow->block);
	const char *whole = clean_text_utf8(block->text);
	const char *start = whole + flow->offset;
	if (!flow->in_line)
		flow->look = block->styler ? block->styler(start, &flow->state) : block->look;
	const char *rest = start;
	bool ended;
	size_t indent = flow->in_line && flow->columns >= LEAST_INDENTED ? flow->look.indent : 0;
	indent = MIN(indent, flow->columns / 2);
	size_t length = wrap(start, flow->columns - indent, &rest, &ended);
	TextLine line = { block->text, flow->offset, length, indent, flow->look.style };
	g_array_append_val(flow->lines, line);
	flow->in_line = !ended;
	flow->offset = (size_t)(rest - whole);
	if (flow->offset >= clean_text_length(block->text)) {
		flow->block++;
		flow->offset = 0;
		flow->in_line = false;
		flow->state = 0;
	}
	return true;
}

bool
text_flow_line(TextFlow *flow, size_t number, TextLine *line)
{
	while (flow->lines->len <= number) {
		if (!wrap_one(flow))
			return false;
	}
	*line = g_array_index(flow->lines, TextLine, number);
	return true;
}

size_t
text_flow_length(TextFlow *flow, size_t limit)
{
	while (flow->lines->len <= limit && wrap_one(flow))
		;
	return flow->lines->len;
}
