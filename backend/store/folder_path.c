#include "backend/store/folder_path.h"

#include <string.h>

static const char *const reserved[] = { "cur", "new", "tmp", NULL };

static bool
is_reserved(const char *level)
{
	for (const char *const *name = reserved; *name; name++)
		if (g_ascii_strcasecmp(level, *name) == 0)
			return true;
	return false;
}

/* The first LENGTH characters of the SHA-256 of a text in hex. */
static char *
hash_of(const char *text, size_t length)
{
	char *hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
	hash[length] = '\0';
	return hash;
}

static void
append_escaped(GString *path, const char *byte, bool always)
{
	unsigned char c = (unsigned char)*byte;
	if (always || c < ' ' || c == 0x7f || c == '%' || c == '/')
		g_string_append_printf(path, "%%%02X", c);
	else
		g_string_append_c(path, (char)c);
}

/* Cuts at LIMIT bytes, but never inside a character or an escape. */
static void
cut(GString *text, size_t limit)
{
	while (limit > 0 && ((unsigned char)text->str[limit] & 0xc0) == 0x80)
		limit--;
	for (size_t back = 1; back <= 2 && back <= limit; back++)
		if (text->str[limit - back] == '%') {
			limit -= back;
			break;
		}
	g_string_truncate(text, limit);
}

/* DOTTED: a dot is what stands between levels, and a level is no directory of its own. */
static GString *
escape_level(const char *level, bool dotted)
{
	GString *escaped = g_string_new(NULL);
	bool always = !dotted && is_reserved(level);
	for (const char *at = level; *at;) {
		gunichar character = g_utf8_get_char_validated(at, -1);
		bool valid = character != (gunichar)-1 && character != (gunichar)-2;
		const char *next = valid ? g_utf8_next_char(at) : at + 1;
		bool control = valid && character >= 0x80 && character < 0xa0;
		for (; at < next; at++)
			append_escaped(escaped, at,
				!valid || control || (dotted && *at == '.') ||
					(at == level && (always || *at == '.' || *at == '~')));
	}
	if (escaped->len == 0)
		g_string_append_c(escaped, '%'); /* an empty level: a lone % means nothing else */
	return escaped;
}

static void
append_level(GString *path, const char *level)
{
	g_autoptr(GString) escaped = escape_level(level, false);
	if (escaped->len > FOLDER_COMPONENT_LIMIT) {
		g_autofree char *hash = hash_of(level, 16);
		cut(escaped, FOLDER_COMPONENT_LIMIT - 18);
		g_string_append_printf(escaped, "%%~%s", hash);
	}
	g_string_append(path, escaped->str);
}

char *
folder_path_escape(const char *name)
{
	g_auto(GStrv) levels = g_strsplit(name, "/", -1);
	g_autoptr(GString) path = g_string_new(NULL);
	if (!levels[0]) /* the empty name splits into nothing */
		g_string_append_c(path, '%');
	for (guint i = 0; levels[i]; i++) {
		if (i == FOLDER_LEVELS_LIMIT ||
			path->len + FOLDER_COMPONENT_LIMIT > FOLDER_PATH_LIMIT) {
			/* Too deep or too long as a whole: the rest becomes one level. */
			g_autofree char *hash = hash_of(name, 32);
			g_string_append_printf(path, "/%%~%s", hash);
			break;
		}
		if (i > 0)
			g_string_append_c(path, '/');
		append_level(path, levels[i]);
	}
	return g_string_free(g_steal_pointer(&path), FALSE);
}

char *
folder_path_dotted(const char *name, char delimiter)
{
	const char between[] = { delimiter, '\0' };
	g_auto(GStrv) levels = delimiter ? g_strsplit(name, between, -1)
	                                 : g_strdupv((char *[]){ (char *)name, NULL });
	g_autoptr(GString) path = g_string_new(NULL);
	for (guint i = 0; levels[i]; i++) {
		g_autoptr(GString) level = escape_level(levels[i], true);
		g_string_append_printf(path, ".%s", level->str);
	}
	if (path->len ==
		0) /* the empty name splits into nothing, and the inbox is what has no name */
		g_string_append(path, ".%");
	if (path->len > FOLDER_COMPONENT_LIMIT) {
		g_autofree char *hash = hash_of(name, 16);
		cut(path, FOLDER_COMPONENT_LIMIT - 18);
		g_string_append_printf(path, "%%~%s", hash);
	}
	return g_string_free(g_steal_pointer(&path), FALSE);
}

char *
folder_path_name(const char *path)
{
	if (!*path)
		return g_strdup("INBOX");
	if (*path != '.')
		return folder_path_unescape(path);
	g_autofree char *levels = g_strdelimit(g_strdup(path + 1), ".", '/');
	return folder_path_unescape(levels);
}

static bool
unescape_level(GString *name, const char *level)
{
	if (!*level)
		return false;
	if (g_str_equal(level, "%"))
		return true;
	for (const char *at = level; *at; at++) {
		if (*at != '%') {
			g_string_append_c(name, *at);
			continue;
		}
		if (!g_ascii_isxdigit(at[1]) || !g_ascii_isxdigit(at[2]))
			return false;
		char byte = (char)(g_ascii_xdigit_value(at[1]) << 4 | g_ascii_xdigit_value(at[2]));
		if (byte == '\0')
			return false;
		g_string_append_c(name, byte);
		at += 2;
	}
	return true;
}

char *
folder_path_unescape(const char *path)
{
	g_auto(GStrv) levels = g_strsplit(path, "/", -1);
	g_autoptr(GString) name = g_string_new(NULL);
	for (guint i = 0; levels[i]; i++) {
		if (i > 0)
			g_string_append_c(name, '/');
		if (!unescape_level(name, levels[i]))
			return NULL;
	}
	return g_string_free(g_steal_pointer(&name), FALSE);
}

char *
folder_path_distinct(const char *path, const char *remote)
{
	g_autofree char *hash = hash_of(remote, 16);
	const char *level = strrchr(path, '/');
	size_t above = level ? (size_t)(level + 1 - path) : 0;
	g_autoptr(GString) last = g_string_new(path + above);
	if (last->len > FOLDER_COMPONENT_LIMIT - 18)
		cut(last, FOLDER_COMPONENT_LIMIT - 18);
	/* what is told apart from an inbox that is the tree itself lies in it as the others do */
	return g_strdup_printf(
		"%.*s%s%s%%~%s", (int)above, path, *path ? "" : ".", last->str, hash);
}

char *
folder_path_fold(const char *path)
{
	g_autofree char *valid = g_utf8_make_valid(path, -1);
	g_autofree char *normal = g_utf8_normalize(valid, -1, G_NORMALIZE_NFKC);
	g_autofree char *folded = g_utf8_casefold(normal, -1);
	return g_utf8_normalize(folded, -1, G_NORMALIZE_NFKC);
}
