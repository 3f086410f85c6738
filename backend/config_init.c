#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "backend/config_private.h"
#include "backend/error.h"
#include "index/paths.h"

/* A text as it stands in the file. */
static char *
quote(const char *text)
{
	g_autoptr(GString) quoted = g_string_new("\"");
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			g_string_append_c(quoted, '\\');
		g_string_append_c(quoted, *text);
	}
	g_string_append_c(quoted, '"');
	return g_string_free(g_steal_pointer(&quoted), FALSE);
}

static char *
value_of(const ConfigOption *option)
{
	const char *value = option->example ? option->example : option->fallback;
	if (!value)
		value = "";
	bool bare = *value == '{' ||
	            (*value && strspn(value, "0123456789abcdefghijklmnopqrstuvwxyzKMG") ==
				       strlen(value));
	return bare ? g_strdup(value) : quote(value);
}

/* `key = value # help`; REAL: it counts, else it is a comment to be uncommented. */
static void
add_option(GString *text, const ConfigOption *option, const char *value, bool real,
	const char *indent, const char *mark)
{
	enum { HELP_COLUMN = 56 };
	g_autofree char *shown = value ? quote(value) : value_of(option);
	g_autofree char *line = g_strdup_printf("%s%s%s = %s", mark, indent, option->name, shown);
	if (!real && !*mark) {
		g_free(line);
		line = g_strdup_printf("%s# %s = %s", indent, option->name, shown);
	}
	glong columns = g_utf8_strlen(line, -1);
	g_string_append_printf(text, "%s%*s # %s%s\n", line, (int)MAX(HELP_COLUMN - columns, 0), "",
		option->help, option->unused ? " (not used yet)" : "");
}

/* What the address tells: the values of a first account. NULL: left as a comment. */
static const char *
known_value(const char *option, const char *address, const char *incoming)
{
	if (!address)
		return NULL;
	if (g_str_equal(option, "email"))
		return address;
	return g_str_equal(option, "incoming") ? incoming : NULL;
}

/* "ada@mail.example.org" → "example": the label before the last; else "mail". */
static char *
account_name(const char *address)
{
	const char *domain = address ? strrchr(address, '@') + 1 : "";
	g_auto(GStrv) labels = g_strsplit(domain, ".", -1);
	guint count = g_strv_length(labels);
	const char *label = count >= 2 ? labels[count - 2] : count ? labels[0] : "";
	g_autofree char *wrong = config_check_account_name(label);
	return g_strdup(address ? (wrong ? "mail" : label) : "work");
}

/* A block nobody needs at first, as a comment; INDENT: of what it stands in. */
static void
add_table(GString *text, const ConfigTable *table, const char *indent, const char *mark)
{
	g_autofree char *inner = g_strconcat(indent, "    ", NULL);
	g_string_append_printf(text, "\n%s%s%s%s { # %s%s\n", mark, indent, table->kind,
		table->named ? " NAME" : "", table->help, table->unused ? " (not used yet)" : "");
	for (const ConfigOption *option = table->options; option && option->name; option++)
		add_option(text, option, NULL, false, inner, mark);
	g_string_append_printf(text, "%s%s}\n", mark, indent);
}

static void
add_account(GString *text, const ConfigTable *table, const ConfigTable *folder, const char *address)
{
	const char *mark = address ? "" : "# ";
	g_autofree char *name = account_name(address);
	g_autofree char *incoming =
		address ? g_strconcat("imaps://imap.", strrchr(address, '@') + 1, NULL) : NULL;
	g_string_append_printf(text, "\n%saccount %s {\n", mark, name);
	for (const ConfigOption *option = table->options; option->name; option++) {
		const char *value = known_value(option->name, address, incoming);
		add_option(text, option, value, value != NULL, "    ", mark);
	}
	if (folder)
		add_table(text, folder, address ? "" : "    ", address ? "    # " : "# ");
	g_string_append_printf(text, "%s}\n", mark);
}

static char *
config_text_of(const char *address, const ConfigTable *more)
{
	g_autoptr(GPtrArray) tables = config_tables_new(config_backend_tables);
	config_add_tables(tables, more);
	g_autoptr(GString) text = g_string_new(
		"# curlew: accounts, views, keys. `curlew config check` checks this file.\n"
		"# Blocks of `option = value`; a value is one word, or quoted (\\\" and \\\\ "
		"inside),\n"
		"# a list stands in braces, # begins a comment. Take away a # to use a line.\n\n");
	const ConfigTable *root = config_find_table(tables, "");
	for (const ConfigOption *option = root->options; option->name; option++)
		add_option(text, option, NULL, false, "", "# ");
	for (guint i = 0; i < tables->len; i++) {
		const ConfigTable *table = g_ptr_array_index(tables, i);
		if (g_str_equal(table->kind, "account"))
			add_account(text, table, config_find_table(tables, "folder"), address);
		else if (*table->kind && !g_str_equal(table->kind, "folder"))
			add_table(text, table, "", "# ");
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}

static bool
write_all(int file, const char *text, size_t length)
{
	while (length > 0) {
		ssize_t count = write(file, text, length);
		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return false;
		text += count;
		length -= (size_t)count;
	}
	return fsync(file) == 0;
}

/* A half-written config is taken away again: it would be taken for the user's own next time. */
static bool
write_new(const char *path, const char *text, GError **error)
{
	int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (file < 0 && errno == EEXIST) {
		g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_REFUSED,
			"there is a config already, left as it is: %s", path);
		return false;
	}
	bool written = file >= 0 && write_all(file, text, strlen(text));
	int reason = errno;
	if (file >= 0)
		close(file);
	if (written)
		return true;
	if (file >= 0)
		unlink(path);
	g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_FULL, "cannot write the config %s: %s",
		path, g_strerror(reason));
	return false;
}

bool
config_init(const char *path, const char *address, const ConfigTable *more, GError **error)
{
	if (address && !config_is_address(address)) {
		g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_USAGE,
			"'%s' is no address (ada@example.org)", address);
		return false;
	}
	g_autofree char *directory = g_path_get_dirname(path);
	g_autofree char *text = config_text_of(address, more);
	return paths_make_directory(directory, error) && write_new(path, text, error);
}
