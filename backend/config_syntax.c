#include <string.h>

#include "backend/config_private.h"

typedef struct Reader {
	const char *next, *end;
	int line, column;
	GPtrArray *problems;
} Reader;

static void
clear_value(ConfigValue *value)
{
	g_clear_pointer(&value->text, g_free);
	g_clear_pointer(&value->list, g_ptr_array_unref);
}

static void
entry_free(void *data)
{
	ConfigEntry *entry = data;
	g_free(entry->key);
	clear_value(&entry->value);
	g_free(entry);
}

void
config_block_free(ConfigBlock *block)
{
	if (!block)
		return;
	g_free(block->kind);
	g_free(block->name);
	g_ptr_array_unref(block->entries);
	g_ptr_array_unref(block->blocks);
	g_free(block);
}

static ConfigBlock *
block_new(char *kind, int line, int column)
{
	ConfigBlock *block = g_new0(ConfigBlock, 1);
	block->line = line;
	block->column = column;
	block->kind = kind;
	block->entries = g_ptr_array_new_with_free_func(entry_free);
	block->blocks = g_ptr_array_new_with_free_func((GDestroyNotify)config_block_free);
	return block;
}

const ConfigEntry *
config_block_entry(const ConfigBlock *block, const char *key)
{
	for (guint i = 0; i < block->entries->len; i++) {
		const ConfigEntry *entry = g_ptr_array_index(block->entries, i);
		if (g_str_equal(entry->key, key))
			return entry;
	}
	return NULL;
}

static int
peek(const Reader *reader)
{
	return reader->next < reader->end ? (unsigned char)*reader->next : -1;
}

/* Columns count characters, so that they agree with what an editor shows. */
static void
advance(Reader *reader)
{
	unsigned char byte = (unsigned char)*reader->next++;
	if (byte == '\n') {
		reader->line++;
		reader->column = 1;
	} else if (reader->next == reader->end || ((unsigned char)*reader->next & 0xc0) != 0x80) {
		reader->column++;
	}
}

static bool
is_blank(int c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v';
}

static void
skip_line(Reader *reader)
{
	while (peek(reader) != -1 && peek(reader) != '\n')
		advance(reader);
}

static void
skip_blanks(Reader *reader)
{
	for (;;) {
		if (is_blank(peek(reader)))
			advance(reader);
		else if (peek(reader) == '#')
			skip_line(reader);
		else
			return;
	}
}

/* Only \" and \\ are escapes, so that a backslash in a password stays one. A quote ends on its line. */
static char *
read_quoted(Reader *reader)
{
	int line = reader->line, column = reader->column;
	g_autoptr(GString) text = g_string_new(NULL);
	advance(reader);
	for (;;) {
		int c = peek(reader);
		if (c == -1 || c == '\n') {
			config_add_problem(reader->problems, line, column,
				"the quote is not closed on its line");
			return NULL;
		}
		advance(reader);
		if (c == '"')
			break;
		if (c == '\\' && (peek(reader) == '"' || peek(reader) == '\\')) {
			c = peek(reader);
			advance(reader);
		}
		g_string_append_c(text, (char)c);
	}
	int after = peek(reader);
	if (after != -1 && !is_blank(after) && !strchr("{}=,#", after)) {
		config_add_problem(reader->problems, reader->line, reader->column,
			"a blank is missing after the closing quote (a quote inside is written "
			"\\\")");
		return NULL;
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}

/* What is in it is passed over; the rest of the line is read as if nothing were wrong. */
static void
tell_single_quote(Reader *reader)
{
	config_add_problem(reader->problems, reader->line, reader->column,
		"quotes are \", not ' (a value that begins with ' is put in \"…\")");
	advance(reader);
	while (peek(reader) != -1 && peek(reader) != '\n' && peek(reader) != '\'')
		advance(reader);
	if (peek(reader) == '\'')
		advance(reader);
}

/* STOPS: what ends a word beside blanks; it depends on where the word stands. */
static char *
read_word(Reader *reader, const char *stops)
{
	const char *start = reader->next;
	for (int c = peek(reader); c != -1 && !is_blank(c) && (c == 0 || !strchr(stops, c));
		c = peek(reader)) {
		if (c == '"') {
			config_add_problem(reader->problems, reader->line, reader->column,
				"a quote inside a word: put the whole value in quotes");
			return NULL;
		}
		advance(reader);
	}
	return g_strndup(start, (size_t)(reader->next - start));
}

static const char key_stops[] = "{}=", value_stops[] = "{}", item_stops[] = "{},";

/* A word or a quoted text that must be UTF-8 without NUL; NULL after a problem was told. */
static char *
read_text(Reader *reader, const char *stops, const char *expected)
{
	int line = reader->line, column = reader->column;
	const char *start = reader->next;
	g_autofree char *text =
		peek(reader) == '"' ? read_quoted(reader) : read_word(reader, stops);
	if (!text)
		return NULL;
	if (reader->next == start) {
		config_add_problem(reader->problems, line, column, "%s is missing here", expected);
		return NULL;
	}
	if (!g_utf8_validate(start, reader->next - start, NULL)) {
		config_add_problem(reader->problems, line, column, "this is not UTF-8 text");
		return NULL;
	}
	return g_steal_pointer(&text);
}

static bool
read_list(Reader *reader, ConfigValue *value)
{
	value->list = g_ptr_array_new_with_free_func(g_free);
	bool wrong = false;
	advance(reader);
	for (;;) {
		skip_blanks(reader);
		while (peek(reader) == ',') {
			advance(reader);
			skip_blanks(reader);
		}
		if (peek(reader) == '}') {
			advance(reader);
			if (wrong)
				clear_value(value);
			return true;
		}
		if (peek(reader) == '\'') {
			tell_single_quote(reader);
			wrong = true;
			continue;
		}
		if (peek(reader) == -1) {
			config_add_problem(reader->problems, value->line, value->column,
				"the list is not closed: } is missing");
			return false;
		}
		char *item = read_text(reader, item_stops, "a list's word");
		if (!item)
			return false;
		g_ptr_array_add(value->list, item);
	}
}

/* `fg = #ffaf00`: six hexadecimal digits are no comment. */
static bool
is_colour(const Reader *reader)
{
	enum { DIGITS = 6 };
	const char *next = reader->next + 1;
	if (reader->end - next < DIGITS)
		return false;
	for (int i = 0; i < DIGITS; i++)
		if (!g_ascii_isxdigit(next[i]))
			return false;
	next += DIGITS;
	return next == reader->end || is_blank((unsigned char)*next) || *next == '}';
}

static bool
read_value(Reader *reader, ConfigValue *value)
{
	while (peek(reader) == ' ' || peek(reader) == '\t')
		advance(reader);
	value->line = reader->line;
	value->column = reader->column;
	if (peek(reader) == '{')
		return read_list(reader, value);
	if (peek(reader) == '\'') {
		tell_single_quote(reader);
		return true;
	}
	if (peek(reader) == '#' && !is_colour(reader)) {
		config_add_problem(reader->problems, value->line, value->column,
			"the value is missing: # begins a comment (put the value in quotes)");
		return false;
	}
	value->text = read_text(reader, value_stops, "the value");
	return value->text != NULL;
}

/* KEY is taken over. The value has neither text nor list where it cannot be read, which makes the block bad. */
static ConfigEntry *
add_entry(ConfigBlock *block, char *key, int line, int column)
{
	ConfigEntry *entry = g_new0(ConfigEntry, 1);
	entry->line = line;
	entry->column = column;
	entry->key = key;
	g_ptr_array_add(block->entries, entry);
	return entry;
}

static bool
read_entry(Reader *reader, ConfigEntry *entry)
{
	advance(reader); /* = */
	if (read_value(reader, &entry->value))
		return true;
	clear_value(&entry->value);
	return false;
}

/*
 * The head of a block up to and with its brace. NULL if this is none. A block that may not stand inside
 * another one means that a brace is missing before it: the caller ends the outer block then.
 */
static ConfigBlock *
read_head(Reader *reader, const char *kind, int line, int column)
{
	g_autoptr(ConfigBlock) block = block_new(g_strdup(kind), line, column);
	if (peek(reader) != '{' && peek(reader) != -1 && reader->line == line) {
		block->name = read_text(reader, key_stops, "= or {");
		if (!block->name)
			return NULL;
		skip_blanks(reader);
	}
	if (peek(reader) != '{') {
		config_add_problem(reader->problems, line, column,
			"'%s' is neither an option (= is missing) nor a block ({ is missing)",
			kind);
		return NULL;
	}
	advance(reader);
	return g_steal_pointer(&block);
}

static char *
block_title(const ConfigBlock *block)
{
	return block->name ? g_strdup_printf("%s %s", block->kind, block->name)
	                   : g_strdup(block->kind);
}

/* Where a new block goes: into the innermost open one if it may stand there, else to the top. */
static void
open_block(Reader *reader, GPtrArray *open, ConfigBlock *block)
{
	while (open->len > 1) {
		ConfigBlock *outer = g_ptr_array_index(open, open->len - 1);
		if (g_str_equal(block->kind, CONFIG_NESTED_KIND) &&
			!g_str_equal(outer->kind, CONFIG_NESTED_KIND))
			break;
		g_autofree char *title = block_title(outer);
		config_add_problem(reader->problems, block->line, block->column,
			"'%s' inside '%s': is a } missing before it?", block->kind, title);
		outer->bad = true;
		g_ptr_array_set_size(open, (int)open->len - 1);
	}
	ConfigBlock *outer = g_ptr_array_index(open, open->len - 1);
	g_ptr_array_add(outer->blocks, block);
	g_ptr_array_add(open, block);
}

static void
close_block(Reader *reader, GPtrArray *open)
{
	if (open->len > 1)
		g_ptr_array_set_size(open, (int)open->len - 1);
	else
		config_add_problem(
			reader->problems, reader->line, reader->column, "} without its {");
	advance(reader);
}

/* One entry, head of a block, or closing brace. False after a problem. */
static bool
read_statement(Reader *reader, GPtrArray *open)
{
	if (peek(reader) == '}') {
		close_block(reader, open);
		return true;
	}
	int line = reader->line, column = reader->column;
	char *word = read_text(reader, key_stops, "an option's or block's name");
	if (!word)
		return false;
	skip_blanks(reader);
	ConfigBlock *inner = g_ptr_array_index(open, open->len - 1);
	if (peek(reader) == '=')
		return read_entry(reader, add_entry(inner, word, line, column));
	ConfigBlock *block = read_head(reader, word, line, column);
	if (block)
		open_block(reader, open, block);
	else /* `mail-root ~/Mail`: the check must know that this option was meant */
		add_entry(inner, g_strdup(word), line, column);
	g_free(word);
	return block != NULL;
}

static void
tell_unclosed(Reader *reader, GPtrArray *open)
{
	for (guint i = 1; i < open->len; i++) {
		ConfigBlock *block = g_ptr_array_index(open, i);
		g_autofree char *title = block_title(block);
		config_add_problem(reader->problems, block->line, block->column,
			"'%s' is not closed: } is missing", title);
		block->bad = true;
	}
}

ConfigBlock *
config_syntax_parse(const char *text, size_t length, GPtrArray *problems)
{
	static const char mark[] = "\xef\xbb\xbf";
	if (length >= 3 && memcmp(text, mark, 3) == 0) {
		text += 3;
		length -= 3;
	}
	Reader reader = { text, text + length, 1, 1, problems };
	ConfigBlock *root = block_new(g_strdup(""), 1, 1);
	g_autoptr(GPtrArray) open = g_ptr_array_new();
	g_ptr_array_add(open, root);
	for (skip_blanks(&reader); peek(&reader) != -1; skip_blanks(&reader)) {
		int line = reader.line;
		if (read_statement(&reader, open))
			continue;
		/* Whatever block this is in cannot be trusted; the next line may be right again. */
		((ConfigBlock *)g_ptr_array_index(open, open->len - 1))->bad = true;
		if (reader.line == line)
			skip_line(&reader);
	}
	tell_unclosed(&reader, open);
	return root;
}
