#include "ui/screen/theme_file.h"

#include <string.h>

#include "index/paths.h"

enum { INHERIT_LIMIT = 8 };

static const char built_in[] = "default";

static const ConfigOption top_options[] = {
	{ .name = "inherit", .type = CONFIG_TEXT, .help = "the theme that it changes" },
	{ NULL },
};

static const ConfigOption style_options[] = {
	{ .name = "fg", .type = CONFIG_TEXT, .help = "colour of the text" },
	{ .name = "bg", .type = CONFIG_TEXT, .help = "colour behind it" },
	{ .name = "attr", .type = CONFIG_LIST, .help = "bold dim italic underline reverse" },
	{ NULL },
};

static const ConfigTable tables[] = {
	{ .kind = "", .options = top_options },
	{ .kind = "style", .named = true, .options = style_options },
	{ NULL },
};

static const char *const attribute_names[] = { "bold", "dim", "italic", "underline", "reverse",
	NULL };

/* A theme that is being read. */
typedef struct Reading {
	const char *name;
	Theme *theme;
	bool inherits;
	const ConfigBlock *blocks[STYLE_COUNT]; /* NULL: the theme doesn't name it */
	bool done[STYLE_COUNT];
	GPtrArray *problems; /* of ThemeProblem */
} Reading;

/* ---- problems ---- */

static void
problem_free(void *data)
{
	ThemeProblem *problem = data;
	g_free(problem->sentence);
	g_free(problem);
}

static void
add_problem(GPtrArray *problems, bool warning, char *sentence)
{
	ThemeProblem *problem = g_new0(ThemeProblem, 1);
	*problem = (ThemeProblem){ warning, sentence };
	g_ptr_array_add(problems, problem);
}

/* WHAT is not among NAMES. */
static void
add_unknown(Reading *reading, bool warning, int line, int column, const char *what,
	const char *word, const char *const *names)
{
	const char *nearest = config_nearest(word, names);
	g_autofree char *hint = nearest ? g_strdup_printf(" (did you mean '%s'?)", nearest) : NULL;
	add_problem(reading->problems, warning,
		g_strdup_printf("themes/%s:%d:%d: unknown %s '%s'%s", reading->name, line, column,
			what, word, hint ? hint : ""));
}

static void
take_config_problems(Reading *reading, const Config *config)
{
	const GPtrArray *problems = config_problems(config);
	for (guint i = 0; i < problems->len; i++) {
		const ConfigProblem *problem = g_ptr_array_index(problems, i);
		add_problem(reading->problems, problem->warning,
			g_strdup_printf("themes/%s:%d:%d: %s", reading->name, problem->line,
				problem->column, problem->sentence));
	}
}

/* ---- one style ---- */

static void
take_colour(Reading *reading, const ConfigValue *value, int *colour)
{
	int found = COLOUR_DEFAULT;
	if (colour_parse(value->text, &found))
		*colour = found;
	else
		add_unknown(reading, false, value->line, value->column, "colour", value->text,
			colour_names);
}

static void
take_foreground(Reading *reading, const ConfigValue *value, ThemeStyle *style)
{
	take_colour(reading, value, &style->fg);
}

static void
take_background(Reading *reading, const ConfigValue *value, ThemeStyle *style)
{
	take_colour(reading, value, &style->bg);
}

static void
add_attribute(Reading *reading, const ConfigValue *value, const char *word, ThemeStyle *style)
{
	for (unsigned i = 0; attribute_names[i]; i++) {
		if (!g_str_equal(word, attribute_names[i]))
			continue;
		style->attributes |= 1u << i;
		return;
	}
	add_unknown(reading, false, value->line, value->column, "attribute", word, attribute_names);
}

static void
take_attributes(Reading *reading, const ConfigValue *value, ThemeStyle *style)
{
	style->attributes = 0;
	if (value->text)
		add_attribute(reading, value, value->text, style);
	for (guint i = 0; value->list && i < value->list->len; i++)
		add_attribute(reading, value, g_ptr_array_index(value->list, i), style);
}

static const struct {
	const char *key;
	void (*take)(Reading *reading, const ConfigValue *value, ThemeStyle *style);
} takers[] = {
	{ "fg", take_foreground },
	{ "bg", take_background },
	{ "attr", take_attributes },
};

static void
take_block(Reading *reading, const ConfigBlock *block, ThemeStyle *style)
{
	for (guint i = 0; i < block->entries->len; i++) {
		const ConfigEntry *entry = g_ptr_array_index(block->entries, i);
		for (size_t t = 0; t < G_N_ELEMENTS(takers); t++)
			if (g_str_equal(entry->key, takers[t].key))
				takers[t].take(reading, &entry->value, style);
	}
}

/* ---- all of them ---- */

static int
find_style(const char *name, size_t length)
{
	for (int i = 0; i < STYLE_COUNT; i++) {
		const char *known = theme_default.styles[i].name;
		if (strlen(known) == length && memcmp(known, name, length) == 0)
			return i;
	}
	return -1;
}

static int
style_above(int style)
{
	const char *name = theme_default.styles[style].name;
	const char *dot = strrchr(name, '.');
	int above = dot ? find_style(name, (size_t)(dot - name)) : -1;
	return above >= 0 ? above : STYLE_NORMAL;
}

static void
make_style(Reading *reading, int number)
{
	if (reading->done[number])
		return;
	reading->done[number] = true;
	ThemeStyle *style = &reading->theme->styles[number];
	const char *name = theme_default.styles[number].name;
	if (!reading->inherits && number == STYLE_NORMAL) {
		*style = (ThemeStyle){ name, COLOUR_DEFAULT, COLOUR_DEFAULT, 0 };
	} else if (!reading->inherits) {
		int above = style_above(number);
		make_style(reading, above);
		*style = reading->theme->styles[above];
		style->name = name;
	}
	if (reading->blocks[number])
		take_block(reading, reading->blocks[number], style);
}

static void
find_blocks(Reading *reading, const Config *config)
{
	const char *names[STYLE_COUNT + 1] = { NULL };
	for (int i = 0; i < STYLE_COUNT; i++)
		names[i] = theme_default.styles[i].name;
	g_autoptr(GPtrArray) blocks = config_blocks(config, "style");
	for (guint i = 0; i < blocks->len; i++) {
		const ConfigBlock *block = g_ptr_array_index(blocks, i);
		int style = find_style(block->name, strlen(block->name));
		if (style >= 0)
			reading->blocks[style] = block;
		else
			add_unknown(reading, true, block->line, block->column, "style", block->name,
				names);
	}
}

static void load(Theme *theme, const char *name, int depth, GPtrArray *problems);

static void
parse(Theme *theme, const char *name, const char *text, size_t length, int depth,
	GPtrArray *problems)
{
	g_autoptr(Config) config = config_parse_alone(text, length, tables);
	Reading reading = { .name = name, .theme = theme, .problems = problems };
	take_config_problems(&reading, config);
	const char *inherited = config_text(config, config_top(config), "inherit");
	reading.inherits = inherited != NULL;
	if (inherited)
		load(theme, inherited, depth + 1, problems);
	find_blocks(&reading, config);
	for (int i = 0; i < STYLE_COUNT; i++)
		make_style(&reading, i);
}

/* ---- files ---- */

static char *
missing_sentence(const char *name)
{
	static const char *const shipped[] = { built_in, "light", "mono", NULL };
	const char *nearest = config_nearest(name, shipped);
	if (!nearest)
		return g_strdup_printf("there is no theme '%s' in themes/ beside the config", name);
	return g_strdup_printf("there is no theme '%s' (did you mean '%s'?)", name, nearest);
}

static void
load(Theme *theme, const char *name, int depth, GPtrArray *problems)
{
	*theme = theme_default;
	if (g_str_equal(name, built_in))
		return;
	if (depth > INHERIT_LIMIT) {
		add_problem(problems, false,
			g_strdup_printf("theme '%s' inherits itself, or %d others", name, depth));
		return;
	}
	g_autofree char *path = strchr(name, '/') ? NULL : paths_theme(name);
	if (!path) {
		add_problem(problems, false, missing_sentence(name));
		return;
	}
	g_autofree char *text = NULL;
	gsize length = 0;
	g_autoptr(GError) error = NULL;
	if (g_file_get_contents(path, &text, &length, &error))
		parse(theme, name, text, length, depth, problems);
	else
		add_problem(
			problems, false, g_strdup_printf("theme '%s': %s", name, error->message));
}

const char *
theme_name(const Config *config)
{
	g_autoptr(GPtrArray) blocks = config ? config_blocks(config, "ui") : NULL;
	if (!blocks || blocks->len == 0)
		return built_in;
	return config_text(config, g_ptr_array_index(blocks, 0), "theme");
}

GPtrArray *
theme_load(Theme *theme, const char *name)
{
	GPtrArray *problems = g_ptr_array_new_with_free_func(problem_free);
	load(theme, name, 0, problems);
	return problems;
}

GPtrArray *
theme_parse(Theme *theme, const char *name, const char *text, size_t length)
{
	GPtrArray *problems = g_ptr_array_new_with_free_func(problem_free);
	*theme = theme_default;
	parse(theme, name, text, length, 0, problems);
	return problems;
}
