#include "index/mime/mime_html_tag.h"

#include <glib.h>

static const struct {
	const char *name;
	TagKind kind;
} tags[] = {
	/* sorted */
	{ "a", TAG_LINK },
	{ "address", TAG_BLOCK },
	{ "applet", TAG_SKIPPED },
	{ "article", TAG_BLOCK },
	{ "aside", TAG_BLOCK },
	{ "audio", TAG_SKIPPED },
	{ "blockquote", TAG_QUOTE },
	{ "br", TAG_BREAK },
	{ "canvas", TAG_SKIPPED },
	{ "caption", TAG_BLOCK },
	{ "center", TAG_BLOCK },
	{ "dd", TAG_DEFINITION },
	{ "details", TAG_BLOCK },
	{ "div", TAG_BLOCK },
	{ "dl", TAG_PARAGRAPH },
	{ "dt", TAG_BLOCK },
	{ "fieldset", TAG_BLOCK },
	{ "figcaption", TAG_BLOCK },
	{ "figure", TAG_BLOCK },
	{ "footer", TAG_BLOCK },
	{ "form", TAG_BLOCK },
	{ "h1", TAG_PARAGRAPH },
	{ "h2", TAG_PARAGRAPH },
	{ "h3", TAG_PARAGRAPH },
	{ "h4", TAG_PARAGRAPH },
	{ "h5", TAG_PARAGRAPH },
	{ "h6", TAG_PARAGRAPH },
	{ "head", TAG_SKIPPED },
	{ "header", TAG_BLOCK },
	{ "hr", TAG_RULE },
	{ "iframe", TAG_SKIPPED },
	{ "img", TAG_IMAGE },
	{ "input", TAG_CONTROL },
	{ "legend", TAG_BLOCK },
	{ "li", TAG_ITEM },
	{ "listing", TAG_PRE },
	{ "main", TAG_BLOCK },
	{ "map", TAG_SKIPPED },
	{ "math", TAG_SKIPPED },
	{ "menu", TAG_LIST },
	{ "nav", TAG_BLOCK },
	{ "noframes", TAG_SKIPPED },
	{ "object", TAG_SKIPPED },
	{ "ol", TAG_LIST },
	{ "p", TAG_PARAGRAPH },
	{ "plaintext", TAG_PRE },
	{ "pre", TAG_PRE },
	{ "script", TAG_SKIPPED },
	{ "section", TAG_BLOCK },
	{ "select", TAG_CONTROL },
	{ "style", TAG_SKIPPED },
	{ "summary", TAG_BLOCK },
	{ "svg", TAG_SKIPPED },
	{ "table", TAG_TABLE },
	{ "td", TAG_CELL },
	{ "template", TAG_SKIPPED },
	{ "th", TAG_CELL },
	{ "title", TAG_SKIPPED },
	{ "tr", TAG_BLOCK },
	{ "ul", TAG_LIST },
	{ "video", TAG_SKIPPED },
	{ "xml", TAG_SKIPPED },
	{ "xmp", TAG_PRE },
};

TagKind
mime_html_tag_kind(const char *name)
{
	size_t low = 0, high = G_N_ELEMENTS(tags);
	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = g_ascii_strcasecmp(name, tags[middle].name);
		if (order == 0)
			return tags[middle].kind;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return TAG_INLINE;
}
