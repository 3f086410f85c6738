#include <string.h>

#include "backend/config_private.h"

bool
config_parse_truth(const char *text, bool *truth)
{
	static const char *const words[] = { "off", "on", "no", "yes", "false", "true" };
	for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
		if (g_ascii_strcasecmp(text, words[i]) == 0) {
			*truth = i % 2 == 1;
			return true;
		}
	}
	return false;
}

/* Decimal digits; *rest is what follows them. */
static bool
parse_digits(const char *text, int64_t *number, const char **rest)
{
	int64_t sum = 0;
	const char *next = text;
	for (; g_ascii_isdigit(*next); next++) {
		if (__builtin_mul_overflow(sum, 10, &sum) ||
			__builtin_add_overflow(sum, *next - '0', &sum))
			return false;
	}
	*number = sum;
	*rest = next;
	return next > text;
}

bool
config_parse_number(const char *text, int64_t *number)
{
	const char *rest;
	return parse_digits(text, number, &rest) && !*rest;
}

typedef struct Unit {
	const char *word;
	int64_t factor;
} Unit;

static bool
parse_with_unit(const char *text, const Unit *units, int64_t *number)
{
	const char *rest;
	int64_t count;
	if (!parse_digits(text, &count, &rest))
		return false;
	for (; units->word; units++)
		if (g_ascii_strcasecmp(rest, units->word) == 0)
			return !__builtin_mul_overflow(count, units->factor, number);
	return false;
}

bool
config_parse_size(const char *text, int64_t *bytes)
{
	static const Unit units[] = {
		{ "", 1 },
		{ "K", 1 << 10 },
		{ "M", 1 << 20 },
		{ "G", 1 << 30 },
		{ NULL, 0 },
	};
	return parse_with_unit(text, units, bytes);
}

static bool
is_choice(const char *word, const char *choices)
{
	g_auto(GStrv) words = g_strsplit(choices ? choices : "", "|", -1);
	return g_strv_contains((const char *const *)words, word);
}

bool
config_parse_duration(const char *text, const char *choices, int64_t *seconds)
{
	enum { DAY = 24 * 3600 };
	static const Unit units[] = {
		{ "", 1 },
		{ "s", 1 },
		{ "min", 60 },
		{ "h", 3600 },
		{ "d", DAY },
		{ "w", 7 * DAY },
		{ "y", (int64_t)365 * DAY },
		{ NULL, 0 },
	};
	if (g_str_equal(text, "forever")) {
		*seconds = -1;
		return true;
	}
	if (is_choice(text, choices)) {
		*seconds = -2;
		return true;
	}
	return parse_with_unit(text, units, seconds);
}

static char *
expand_home(const char *path)
{
	if (g_str_equal(path, "~") || g_str_has_prefix(path, "~/"))
		return g_strconcat(g_get_home_dir(), path + 1, NULL);
	return g_strdup(path);
}

char **
config_value_command(const ConfigValue *value)
{
	char **argv = NULL;
	if (value->list) {
		argv = g_new0(char *, value->list->len + 1);
		for (guint i = 0; i < value->list->len; i++)
			argv[i] = g_strdup(g_ptr_array_index(value->list, i));
	} else if (!value->text || !g_shell_parse_argv(value->text, NULL, &argv, NULL)) {
		return NULL;
	}
	if (argv[0]) {
		char *program = expand_home(argv[0]);
		g_free(argv[0]);
		argv[0] = program;
	}
	return argv;
}

/* ---- one check a type: NULL if right, else what is wrong ---- */

static char *
check_text(const ConfigOption *option, ConfigValue *value)
{
	return NULL;
}

static char *
check_truth(const ConfigOption *option, ConfigValue *value)
{
	bool truth;
	if (config_parse_truth(value->text, &truth))
		return NULL;
	return g_strdup_printf("'%s' is on or off, not '%s'", option->name, value->text);
}

static char *
check_number(const ConfigOption *option, ConfigValue *value)
{
	int64_t number;
	if (config_parse_number(value->text, &number))
		return NULL;
	return g_strdup_printf("'%s' is a number, not '%s'", option->name, value->text);
}

static char *
check_size(const ConfigOption *option, ConfigValue *value)
{
	int64_t bytes;
	if (config_parse_size(value->text, &bytes))
		return NULL;
	return g_strdup_printf("'%s' is a size (8M, 500K, 0), not '%s'", option->name, value->text);
}

static char *
check_duration(const ConfigOption *option, ConfigValue *value)
{
	int64_t seconds;
	if (config_parse_duration(value->text, option->choices, &seconds))
		return NULL;
	return g_strdup_printf("'%s' is a time (90, 10min, 14d, 1y, forever%s%s), not '%s'",
		option->name, option->choices ? ", " : "", option->choices ? option->choices : "",
		value->text);
}

static char *
check_choice(const ConfigOption *option, ConfigValue *value)
{
	if (is_choice(value->text, option->choices))
		return NULL;
	g_auto(GStrv) words = g_strsplit(option->choices, "|", -1);
	g_autofree char *list = g_strjoinv(", ", words);
	g_autofree char *hint = config_hint(value->text, (const char *const *)words);
	return g_strdup_printf(
		"'%s' is one of %s, not '%s'%s", option->name, list, value->text, hint);
}

static char *
check_command(const ConfigOption *option, ConfigValue *value)
{
	g_auto(GStrv) argv = config_value_command(value);
	if (argv && argv[0] && *argv[0])
		return NULL;
	return g_strdup_printf("'%s' is a program and its arguments (run without a shell); '%s' "
			       "cannot be split into words",
		option->name, value->text ? value->text : "");
}

static char *
check_path(const ConfigOption *option, ConfigValue *value)
{
	char *path = expand_home(value->text);
	g_free(value->text);
	value->text = path;
	if (g_path_is_absolute(path))
		return NULL;
	return g_strdup_printf(
		"'%s' is a path that begins with / or ~/, not '%s'", option->name, path);
}

typedef struct TypeCheck {
	bool text, list; /* what a value may be */
	char *(*check)(const ConfigOption *option, ConfigValue *value);
} TypeCheck;

static const TypeCheck checks[] = {
	[CONFIG_TEXT] = { .text = true, .check = check_text },
	[CONFIG_BOOL] = { .text = true, .check = check_truth },
	[CONFIG_NUMBER] = { .text = true, .check = check_number },
	[CONFIG_SIZE] = { .text = true, .check = check_size },
	[CONFIG_DURATION] = { .text = true, .check = check_duration },
	[CONFIG_CHOICE] = { .text = true, .check = check_choice },
	[CONFIG_LIST] = { .text = true, .list = true, .check = check_text },
	[CONFIG_COMMAND] = { .text = true, .list = true, .check = check_command },
	[CONFIG_PATH] = { .text = true, .check = check_path },
};

char *
config_check_value(const ConfigOption *option, ConfigValue *value)
{
	const TypeCheck *check = &checks[option->type];
	if (value->list && !check->list)
		return g_strdup_printf("'%s' is one value, not a list in braces", option->name);
	return check->check(option, value);
}

/* ---- the nearest word ---- */

/* Edits (insert, delete, replace, swap of neighbours) from A to B; LIMIT + 1 if more than LIMIT. */
static size_t
edit_distance(const char *a, const char *b, size_t limit)
{
	size_t rows = strlen(a) + 1, width = strlen(b) + 1;
	if (rows > width + limit || width > rows + limit)
		return limit + 1;
	g_autofree size_t *cells = g_new0(size_t, rows * width);
	for (size_t i = 0; i < rows; i++) {
		for (size_t j = 0; j < width; j++) {
			size_t *cell = &cells[i * width + j];
			if (i == 0 || j == 0) {
				*cell = i + j;
				continue;
			}
			*cell = cell[-(ptrdiff_t)width - 1] + (a[i - 1] != b[j - 1]);
			*cell = MIN(*cell, cell[-1] + 1);
			*cell = MIN(*cell, cell[-(ptrdiff_t)width] + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				*cell = MIN(*cell, cell[-2 * (ptrdiff_t)width - 2] + 1);
		}
	}
	return cells[rows * width - 1];
}

const char *
config_nearest(const char *word, const char *const *names)
{
	enum { WORD_LIMIT = 64 };
	size_t length = strlen(word);
	if (length > WORD_LIMIT)
		return NULL;
	size_t best = MAX(length / 3, 1) + 1;
	const char *nearest = NULL;
	for (; *names; names++) {
		if (!**names)
			continue;
		size_t distance = edit_distance(word, *names, best);
		if (distance < best) {
			best = distance;
			nearest = *names;
		}
	}
	return nearest;
}

char *
config_hint(const char *word, const char *const *names)
{
	const char *nearest = config_nearest(word, names);
	return nearest ? g_strdup_printf(" (did you mean '%s'?)", nearest) : g_strdup("");
}
