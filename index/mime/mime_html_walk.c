#include "index/mime/mime_html_walk.h"

#include <string.h>

#include "index/mime/mime_css.h"
#include "index/mime/mime_html_form.h"
#include "index/mime/mime_html_link.h"
#include "index/mime/mime_html_table.h"
#include "index/mime/mime_html_tag.h"
#include "index/mime/mime_html_walk_private.h"

/* What holds inside an element. */
typedef struct Frame {
	TagKind kind;
	bool gone, invisible, tiny, pre;
	int color, background;
} Frame;

typedef struct List {
	bool ordered;
	int next;
} List;

enum { LIST_DEPTH = 50 };

const char *
mime_html_attribute(const xmlNode *element, const char *name)
{
	for (const xmlAttr *attribute = element->properties; attribute != NULL;
		attribute = attribute->next)
		if (g_ascii_strcasecmp((const char *)attribute->name, name) == 0)
			return attribute->children != NULL && attribute->children->content != NULL
			               ? (const char *)attribute->children->content
			               : "";
	return NULL;
}

bool
mime_html_is(const xmlNode *node, const char *name)
{
	return node->type == XML_ELEMENT_NODE &&
	       g_ascii_strcasecmp((const char *)node->name, name) == 0;
}

static void
set_color(const xmlNode *element, const char *attribute, int *color)
{
	const char *value = mime_html_attribute(element, attribute);
	if (value != NULL && *color == CSS_COLOR_UNSET)
		*color = css_color(value);
}

static bool
is_dot(const xmlNode *element)
{
	const char *width = mime_html_attribute(element, "width");
	const char *height = mime_html_attribute(element, "height");
	bool thin = width != NULL && (strcmp(width, "1") == 0 || strcmp(width, "0") == 0);
	bool low = height != NULL && (strcmp(height, "1") == 0 || strcmp(height, "0") == 0);
	return thin && low;
}

/* The frame of an element, from its parent's and what its style says. */
static Frame
frame_of(const Walker *walker, const xmlNode *element, const Frame *parent)
{
	Frame frame = *parent;
	const char *name = (const char *)element->name;
	frame.kind = mime_html_tag_kind(name);
	CssStyle style = css_sheet_style(walker->sheet, name, mime_html_attribute(element, "class"),
		mime_html_attribute(element, "id"), mime_html_attribute(element, "style"));
	set_color(element, "bgcolor", &style.background);
	set_color(element, "color", &style.color);
	if (mime_html_attribute(element, "background") != NULL)
		style.background = CSS_COLOR_UNKNOWN;
	frame.gone = frame.gone || style.gone == CSS_YES || frame.kind == TAG_SKIPPED ||
	             mime_html_attribute(element, "hidden") != NULL;
	if (style.invisible != CSS_UNSET)
		frame.invisible = style.invisible == CSS_YES;
	if (style.tiny != CSS_UNSET)
		frame.tiny = style.tiny == CSS_YES;
	if (style.pre != CSS_UNSET)
		frame.pre = style.pre == CSS_YES;
	if (frame.kind == TAG_PRE)
		frame.pre = true;
	if (style.color != CSS_COLOR_UNSET)
		frame.color = style.color;
	if (style.background != CSS_COLOR_UNSET)
		frame.background = style.background;
	return frame;
}

/* A picture is seen whatever the size and colour of letters. */
static bool
is_picture_shown(const Frame *frame)
{
	return !frame->gone && !frame->invisible;
}

static bool
is_shown(const Frame *frame)
{
	bool same = frame->color >= 0 && frame->color == frame->background;
	return is_picture_shown(frame) && !frame->tiny && !same;
}

static void
enter_item(Walker *walker)
{
	List *list = walker->lists->len > 0
	                     ? &g_array_index(walker->lists, List, walker->lists->len - 1)
	                     : NULL;
	g_autofree char *bullet = list != NULL && list->ordered
	                                  ? g_strdup_printf("%d. ", list->next++)
	                                  : g_strdup("• ");
	int columns = layout_columns(bullet);
	layout_indent(walker->layout, columns);
	layout_bullet(walker->layout, bullet);
	g_array_append_val(walker->indents, columns);
}

static void
leave_item(Walker *walker)
{
	if (walker->indents->len == 0)
		return;
	int columns = g_array_index(walker->indents, int, walker->indents->len - 1);
	g_array_set_size(walker->indents, walker->indents->len - 1);
	layout_indent(walker->layout, -columns);
}

static void
enter_list(Walker *walker, const xmlNode *element)
{
	if (walker->lists->len == 0)
		layout_paragraph(walker->layout);
	const char *start = mime_html_attribute(element, "start");
	List list = { mime_html_is(element, "ol"), 1 };
	if (start != NULL)
		list.next = (int)CLAMP(g_ascii_strtoll(start, NULL, 10), -1000000, 1000000);
	g_array_append_val(walker->lists, list);
}

static void
leave_list(Walker *walker)
{
	if (walker->lists->len > 0)
		g_array_set_size(walker->lists, walker->lists->len - 1);
	if (walker->lists->len == 0)
		layout_paragraph(walker->layout);
	else
		layout_break(walker->layout);
}

static void
add_text(Walker *walker, const char *text, bool pre)
{
	layout_text(walker->layout, text, pre);
	mime_html_link_add_text(walker->links, text);
}

/* What is not written as text, but seen as some. */
static void
add_bracketed(Walker *walker, const char *text)
{
	add_text(walker, "[", false);
	add_text(walker, text, false);
	add_text(walker, "]", false);
}

static void
enter_image(Walker *walker, const xmlNode *element, const Frame *frame)
{
	const char *text = mime_html_attribute(element, "alt");
	if (text != NULL && *text != '\0' && !is_dot(element) && is_picture_shown(frame))
		add_bracketed(walker, text);
}

static void
enter_control(Walker *walker, const xmlNode *element, const Frame *frame)
{
	g_autofree char *text = is_shown(frame) ? mime_html_form_text(element) : NULL;
	if (text != NULL)
		add_bracketed(walker, text);
}

static bool
has_cell_before(const xmlNode *cell)
{
	for (const xmlNode *node = cell->prev; node != NULL; node = node->prev)
		if (node->type == XML_ELEMENT_NODE)
			return true;
	return false;
}

/* True if the element was dealt with as a whole. */
static bool
enter(Walker *walker, xmlNode *element, const Frame *frame)
{
	switch (frame->kind) {
	case TAG_BLOCK:
		layout_break(walker->layout);
		break;
	case TAG_PARAGRAPH:
	case TAG_PRE:
		layout_paragraph(walker->layout);
		break;
	case TAG_BREAK:
		layout_line(walker->layout);
		break;
	case TAG_CELL:
		if (has_cell_before(element))
			add_text(walker, " ", false);
		break;
	case TAG_CONTROL:
		enter_control(walker, element, frame);
		return true;
	case TAG_DEFINITION:
		layout_indent(walker->layout, 4);
		break;
	case TAG_IMAGE:
		enter_image(walker, element, frame);
		break;
	case TAG_ITEM:
		enter_item(walker);
		break;
	case TAG_LINK:
		mime_html_link_begin(walker->links, mime_html_attribute(element, "href"));
		break;
	case TAG_LIST:
		enter_list(walker, element);
		break;
	case TAG_QUOTE:
		layout_paragraph(walker->layout);
		layout_quote(walker->layout, 1);
		break;
	case TAG_RULE:
		layout_rule(walker->layout);
		break;
	case TAG_TABLE:
		layout_break(walker->layout);
		return !walker->in_cell && is_shown(frame) && mime_html_table(walker, element);
	default:
		break;
	}
	return false;
}

static void
leave(Walker *walker, const Frame *frame)
{
	switch (frame->kind) {
	case TAG_BLOCK:
	case TAG_TABLE:
		layout_break(walker->layout);
		break;
	case TAG_PARAGRAPH:
	case TAG_PRE:
		layout_paragraph(walker->layout);
		break;
	case TAG_DEFINITION:
		layout_indent(walker->layout, -4);
		break;
	case TAG_ITEM:
		leave_item(walker);
		break;
	case TAG_LINK: {
		g_autofree char *mark = mime_html_link_end(walker->links);
		if (mark != NULL)
			layout_mark(walker->layout, mark);
		break;
	}
	case TAG_LIST:
		leave_list(walker);
		break;
	case TAG_QUOTE:
		layout_quote(walker->layout, -1);
		layout_paragraph(walker->layout);
		break;
	default:
		break;
	}
}

static const Frame root_frame = { .color = CSS_COLOR_UNSET, .background = CSS_COLOR_UNSET };

void
mime_html_walk_tree(Walker *walker, xmlNode *root)
{
	g_autoptr(GArray) frames = g_array_new(FALSE, FALSE, sizeof(Frame));
	g_array_append_val(frames, root_frame);
	xmlNode *node = root;
	while (node != NULL) {
		Frame top = g_array_index(frames, Frame, frames->len - 1);
		bool text = node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE;
		if (text && is_shown(&top) && node->content != NULL)
			add_text(walker, (const char *)node->content, top.pre);
		if (node->type == XML_ELEMENT_NODE) {
			Frame frame = frame_of(walker, node, &top);
			if (!frame.gone && !enter(walker, node, &frame) && node->children != NULL) {
				g_array_append_val(frames, frame);
				node = node->children;
				continue;
			}
			/* An empty element, or one that was dealt with as a whole. */
			if (!frame.gone)
				leave(walker, &frame);
		}
		while (node != root && node->next == NULL) {
			node = node->parent;
			Frame done = g_array_index(frames, Frame, frames->len - 1);
			g_array_set_size(frames, frames->len - 1);
			leave(walker, &done);
		}
		if (node == root)
			return;
		node = node->next;
	}
}

static void
collect_styles(CssSheet *sheet, xmlNode *root)
{
	for (xmlNode *node = root; node != NULL;) {
		if (mime_html_is(node, "style") && node->children != NULL &&
			node->children->content != NULL)
			css_sheet_add(sheet, (const char *)node->children->content);
		if (node->type == XML_ELEMENT_NODE && node->children != NULL) {
			node = node->children;
			continue;
		}
		while (node != root && node->next == NULL)
			node = node->parent;
		node = node == root ? NULL : node->next;
	}
}

char *
mime_html_walk(xmlDoc *document, int width)
{
	xmlNode *root = xmlDocGetRootElement(document);
	g_autoptr(CssSheet) sheet = css_sheet_new();
	g_autoptr(Layout) layout = layout_new(width);
	g_autoptr(HtmlLinks) links = mime_html_links_new();
	g_autoptr(GArray) lists = g_array_new(FALSE, FALSE, sizeof(List));
	g_autoptr(GArray) indents = g_array_new(FALSE, FALSE, sizeof(int));
	Walker walker = {
		.sheet = sheet,
		.layout = layout,
		.links = links,
		.lists = lists,
		.indents = indents,
		.width = width,
	};
	if (root == NULL)
		return g_strdup("");
	collect_styles(sheet, root);
	mime_html_walk_tree(&walker, root);
	g_autofree char *text = layout_finish(layout);
	g_autofree char *list = mime_html_links_list(links);
	return g_strconcat(text, *text != '\0' && *list != '\0' ? "\n" : "", list, NULL);
}
