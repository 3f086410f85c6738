#include "index/mime/mime_css.h"

#include <stdlib.h>
#include <string.h>

enum { RULES_LIMIT = 5000, CLASSES_LIMIT = 32, TEXT_LIMIT = 1 << 19, KEY_LIMIT = 200 };

/* Keys are selectors of one part: "p", ".class", "#id", "p.class". */
struct CssSheet {
	GHashTable *rules; /* of char * → CssStyle * */
};

static const CssStyle unset_style = { .color = CSS_COLOR_UNSET, .background = CSS_COLOR_UNSET };

CssSheet *
css_sheet_new(void)
{
	CssSheet *sheet = g_new0(CssSheet, 1);
	sheet->rules = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	return sheet;
}

void
css_sheet_free(CssSheet *sheet)
{
	if (sheet == NULL)
		return;
	g_hash_table_unref(sheet->rules);
	g_free(sheet);
}

static const struct {
	const char *name;
	int color;
} color_names[] = { { "black", 0x000000 }, { "blue", 0x0000ff }, { "gray", 0x808080 },
	{ "green", 0x008000 }, { "grey", 0x808080 }, { "navy", 0x000080 }, { "red", 0xff0000 },
	{ "silver", 0xc0c0c0 }, { "white", 0xffffff }, { "whitesmoke", 0xf5f5f5 },
	{ "yellow", 0xffff00 } };

static int
hex_color(const char *digits)
{
	size_t length = 0;
	while (g_ascii_isxdigit(digits[length]))
		length++;
	long value = strtol(digits, NULL, 16);
	if (length == 3)
		return (int)((value & 0xf00) * 0x1100 | (value & 0xf0) * 0x110 |
			     (value & 0xf) * 0x11);
	return length == 6 ? (int)value : CSS_COLOR_UNKNOWN;
}

static int
rgb_color(const char *text)
{
	int color = 0;
	for (int i = 0; i < 3; i++) {
		char *end;
		double part = g_ascii_strtod(text, &end);
		if (end == text || *end == '%')
			return CSS_COLOR_UNKNOWN;
		color = color << 8 | (int)CLAMP(part, 0, 255);
		text = end + strspn(end, " ,");
	}
	/* An alpha makes it a mixture with what lies below. */
	return *text == ')' || *text == '\0' ? color : CSS_COLOR_UNKNOWN;
}

int
css_color(const char *text)
{
	while (g_ascii_isspace(*text))
		text++;
	if (*text == '#')
		return hex_color(text + 1);
	if (g_ascii_strncasecmp(text, "rgb(", 4) == 0)
		return rgb_color(text + 4);
	for (size_t i = 0; i < G_N_ELEMENTS(color_names); i++) {
		size_t length = strlen(color_names[i].name);
		if (g_ascii_strncasecmp(text, color_names[i].name, length) == 0 &&
			!g_ascii_isalnum(text[length]))
			return color_names[i].color;
	}
	return CSS_COLOR_UNKNOWN;
}

/* Is it a length or number of at most LIMIT (pixels or points; of em and % only 0)? */
static bool
is_at_most(const char *value, double limit)
{
	char *end;
	double number = g_ascii_strtod(value, &end);
	if (end == value || number > limit)
		return false;
	bool absolute = *end == '\0' || g_ascii_isspace(*end) || *end == '!' ||
	                g_ascii_strncasecmp(end, "px", 2) == 0 ||
	                g_ascii_strncasecmp(end, "pt", 2) == 0;
	return number == 0 || absolute;
}

static bool
has_word(const char *value, const char *word)
{
	size_t length = strlen(word);
	return g_ascii_strncasecmp(value, word, length) == 0 && !g_ascii_isalnum(value[length]) &&
	       value[length] != '-';
}

static CssTruth
truth(bool value)
{
	return value ? CSS_YES : CSS_NO;
}

/* A property that hides by its own value must not be taken back by another one's. */
static void
set_gone(CssStyle *style, const char *name, const char *value)
{
	bool gone = (strcmp(name, "display") == 0 && has_word(value, "none")) ||
	            (strcmp(name, "mso-hide") == 0 && has_word(value, "all")) ||
	            (strcmp(name, "opacity") == 0 && is_at_most(value, 0)) ||
	            (strcmp(name, "max-height") == 0 && is_at_most(value, 1));
	if (gone)
		style->gone = CSS_YES;
	else if (strcmp(name, "display") == 0)
		style->gone = CSS_NO;
}

static void
apply(CssStyle *style, const char *name, const char *value)
{
	if (strcmp(name, "display") == 0 || strcmp(name, "mso-hide") == 0 ||
		strcmp(name, "opacity") == 0 || strcmp(name, "max-height") == 0)
		set_gone(style, name, value);
	else if (strcmp(name, "visibility") == 0)
		style->invisible = truth(has_word(value, "hidden") || has_word(value, "collapse"));
	else if (strcmp(name, "font-size") == 0)
		style->tiny = truth(is_at_most(value, 1));
	else if (strcmp(name, "white-space") == 0)
		style->pre = truth(has_word(value, "pre") || has_word(value, "pre-wrap") ||
				   has_word(value, "break-spaces"));
	else if (strcmp(name, "color") == 0)
		style->color = css_color(value);
	else if (strcmp(name, "background") == 0 || strcmp(name, "background-color") == 0)
		style->background = strstr(value, "url(") ? CSS_COLOR_UNKNOWN : css_color(value);
	else if (strcmp(name, "background-image") == 0 && !has_word(value, "none"))
		style->background = CSS_COLOR_UNKNOWN;
}

static void
read_declarations(CssStyle *style, const char *text, size_t length)
{
	const char *end = text + length;
	while (text < end) {
		const char *stop = memchr(text, ';', (size_t)(end - text));
		if (stop == NULL)
			stop = end;
		const char *colon = memchr(text, ':', (size_t)(stop - text));
		if (colon != NULL && stop - text < 4096) {
			g_autofree char *name = g_ascii_strdown(text, colon - text);
			g_autofree char *value = g_strndup(colon + 1, (gsize)(stop - colon - 1));
			apply(style, g_strstrip(name), g_strstrip(value));
		}
		text = stop + 1;
	}
}

static void
merge(CssStyle *style, const CssStyle *over)
{
	if (over->gone != CSS_UNSET)
		style->gone = over->gone;
	if (over->invisible != CSS_UNSET)
		style->invisible = over->invisible;
	if (over->tiny != CSS_UNSET)
		style->tiny = over->tiny;
	if (over->pre != CSS_UNSET)
		style->pre = over->pre;
	if (over->color != CSS_COLOR_UNSET)
		style->color = over->color;
	if (over->background != CSS_COLOR_UNSET)
		style->background = over->background;
}

/* Only selectors of one part are understood; the others' elements depend on where they are. */
static void
add_rule(CssSheet *sheet, const char *selector, size_t length, const CssStyle *style)
{
	g_autofree char *key = g_strndup(selector, length);
	g_strstrip(key);
	if (*key == '\0' || strlen(key) > KEY_LIMIT || strpbrk(key, " \t\r\n>+~:[*\"'(") != NULL ||
		g_hash_table_size(sheet->rules) >= RULES_LIMIT)
		return;
	for (char *at = key; *at != '\0' && *at != '.' && *at != '#'; at++)
		*at = g_ascii_tolower(*at);
	CssStyle *old = g_hash_table_lookup(sheet->rules, key);
	if (old != NULL)
		merge(old, style);
	else
		g_hash_table_insert(
			sheet->rules, g_steal_pointer(&key), g_memdup2(style, sizeof(*style)));
}

/* Comments out, and the marks that hide a sheet from old readers. */
static char *
strip_comments(const char *text)
{
	GString *out = g_string_new(NULL);
	while (*text != '\0' && out->len < TEXT_LIMIT) {
		if (g_str_has_prefix(text, "/*")) {
			const char *end = strstr(text + 2, "*/");
			text = end != NULL ? end + 2 : text + strlen(text);
		} else if (g_str_has_prefix(text, "<!--"))
			text += 4;
		else if (g_str_has_prefix(text, "-->"))
			text += 3;
		else
			g_string_append_c(out, *text++);
	}
	return g_string_free(out, FALSE);
}

/* Behind the block that begins at TEXT, or behind the semicolon of a rule without one. */
static const char *
skip_at_rule(const char *text)
{
	int depth = 0;
	for (; *text != '\0'; text++) {
		if (*text == '{')
			depth++;
		else if ((*text == '}' && --depth <= 0) || (*text == ';' && depth == 0))
			return text + 1;
	}
	return text;
}

void
css_sheet_add(CssSheet *sheet, const char *text)
{
	g_autofree char *rules = strip_comments(text);
	for (const char *at = rules; *at != '\0';) {
		at += strspn(at, " \t\r\n;}");
		if (*at == '@') {
			at = skip_at_rule(at);
			continue;
		}
		const char *open = strchr(at, '{');
		const char *close = open != NULL ? strchr(open, '}') : NULL;
		if (close == NULL)
			return;
		CssStyle style = unset_style;
		read_declarations(&style, open + 1, (size_t)(close - open - 1));
		while (at < open) {
			const char *comma = memchr(at, ',', (size_t)(open - at));
			const char *end = comma != NULL ? comma : open;
			add_rule(sheet, at, (size_t)(end - at), &style);
			at = end + 1;
		}
		at = close + 1;
	}
}

static void
merge_rule(const CssSheet *sheet, CssStyle *style, const char *tag, char mark, const char *name,
	size_t length)
{
	char key[KEY_LIMIT + 2];
	size_t start = strlen(tag);
	if (start + length + 2 > sizeof(key))
		return;
	memcpy(key, tag, start);
	key[start] = mark;
	memcpy(key + start + 1, name, length);
	key[start + 1 + length] = '\0';
	const CssStyle *rule = g_hash_table_lookup(sheet->rules, key);
	if (rule != NULL)
		merge(style, rule);
}

CssStyle
css_sheet_style(const CssSheet *sheet, const char *tag, const char *classes, const char *id,
	const char *inline_style)
{
	CssStyle style = unset_style;
	bool rules = g_hash_table_size(sheet->rules) > 0;
	const CssStyle *rule = rules ? g_hash_table_lookup(sheet->rules, tag) : NULL;
	if (rule != NULL)
		merge(&style, rule);
	for (int i = 0; rules && classes != NULL && i < CLASSES_LIMIT; i++) {
		classes += strspn(classes, " \t\r\n");
		size_t length = strcspn(classes, " \t\r\n");
		if (length == 0)
			break;
		merge_rule(sheet, &style, "", '.', classes, length);
		merge_rule(sheet, &style, tag, '.', classes, length);
		classes += length;
	}
	if (rules && id != NULL) {
		merge_rule(sheet, &style, "", '#', id, strlen(id));
		merge_rule(sheet, &style, tag, '#', id, strlen(id));
	}
	if (inline_style != NULL)
		read_declarations(&style, inline_style, strlen(inline_style));
	return style;
}
