#include <string.h>

#include "index/header_private.h"

/* What is being read: words of a phrase or of an address without brackets. */
typedef struct Mailbox {
	GString *text;    /* the words, unquoted, with one blank where there were any */
	GString *address; /* from the brackets */
	GString *comment; /* the last one */
	bool has_address; /* brackets were there */
	bool quoted;      /* a word was quoted */
	bool blank;       /* blanks stand before the next word */
} Mailbox;

typedef struct List {
	const char *at, *end, *hint;
	GPtrArray *addresses;
	Mailbox box;
	unsigned depth;    /* of groups */
	bool no_quote;     /* no '"' follows any more */
	const char *close; /* the next '>', if it is not behind us; the end: there is none */
	bool too_deep;
} List;

static void
free_address(gpointer data)
{
	HeaderAddress *address = data;
	g_free(address->name);
	g_free(address->addr);
	g_free(address);
}

static HeaderAddress *
new_address(char *name, char *addr)
{
	HeaderAddress *address = g_new0(HeaderAddress, 1);
	address->name = name;
	address->addr = addr;
	return address;
}

/* Decoded; NULL if nothing is left. */
static char *
decode_name(const List *list, const char *text, size_t length)
{
	if (length == 0)
		return NULL;
	g_autofree char *name = header_words_decode(text, length, list->hint);
	return *name ? g_steal_pointer(&name) : NULL;
}

/* An address is shown as it was written: only NULs and bytes that are no UTF-8 are replaced. */
static char *
plain_address(const char *text, size_t length)
{
	if (length == 0)
		return NULL;
	size_t plain = 0;
	while (plain < length && text[plain] > ' ' && text[plain] < 127)
		plain++;
	if (plain == length)
		return g_strndup(text, length);
	g_autoptr(GString) address = g_string_sized_new(length + 1);
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '\0')
			g_string_append(address, "\xe2\x90\x80"); /* U+2400 */
		else
			g_string_append_c(address, text[i]);
	}
	g_strstrip(address->str);
	return *address->str ? g_utf8_make_valid(address->str, -1) : NULL;
}

static void
add_address(List *list, char *name, char *addr)
{
	if ((name || addr) && list->addresses->len < HEADER_ADDRESS_LIMIT) {
		g_ptr_array_add(list->addresses, new_address(name, addr));
		return;
	}
	g_free(name);
	g_free(addr);
}

/* "Ada Lovelace ada@example.org": the word with the '@' is the address, the others are the name. */
static HeaderSpan
find_bare_address(const GString *text)
{
	const char *sign = memrchr(text->str, '@', text->len);
	if (!sign)
		return (HeaderSpan){ 0 };
	const char *start = sign, *end = sign, *stop = text->str + text->len;
	while (start > text->str && start[-1] != ' ')
		start--;
	while (end < stop && *end != ' ')
		end++;
	return (HeaderSpan){ start, end - start };
}

/* "ada@example.org bob@example.org": addresses that lack their comma. */
static bool
split_addresses(List *list)
{
	if (list->box.quoted || !strchr(list->box.text->str, ' '))
		return false;
	g_auto(GStrv) words = g_strsplit(list->box.text->str, " ", HEADER_ADDRESS_LIMIT);
	for (char **word = words; *word; word++)
		if (!strchr(*word, '@') || strstr(*word, "=?"))
			return false;
	for (char **word = words; *word; word++)
		add_address(list, NULL, plain_address(*word, strlen(*word)));
	return true;
}

/* "ada @ example.org": the blanks around the sign go. */
static void
join_at_signs(GString *text)
{
	size_t kept = 0;
	for (size_t i = 0; i < text->len; i++) {
		char c = text->str[i], before = kept > 0 ? text->str[kept - 1] : '\0';
		if (c == '@' && before == ' ')
			kept--;
		if (c != ' ' || before != '@')
			text->str[kept++] = c;
	}
	g_string_truncate(text, kept);
}

static void
finish_bare(List *list)
{
	Mailbox *box = &list->box;
	if (!box->quoted)
		join_at_signs(box->text);
	if (split_addresses(list))
		return;
	HeaderSpan bare = find_bare_address(box->text);
	bool alone = !memchr(box->text->str, ' ', box->text->len);
	if (!bare.bytes && alone && !box->quoted && !strstr(box->text->str, "=?"))
		bare = (HeaderSpan){ box->text->str, box->text->len };
	if (!bare.bytes) {
		add_address(list, decode_name(list, box->text->str, box->text->len), NULL);
		return;
	}
	if (box->quoted)
		bare = (HeaderSpan){ box->text->str, box->text->len };
	char *addr = plain_address(bare.bytes, bare.length);
	g_string_erase(box->text, bare.bytes - box->text->str, (gssize)bare.length);
	char *name = decode_name(list, box->text->str, box->text->len);
	if (!name)
		name = decode_name(list, box->comment->str, box->comment->len);
	add_address(list, name, addr);
}

static void
finish_mailbox(List *list)
{
	Mailbox *box = &list->box;
	if (box->has_address) {
		char *name = decode_name(list, box->text->str, box->text->len);
		if (!name)
			name = decode_name(list, box->comment->str, box->comment->len);
		add_address(list, name, plain_address(box->address->str, box->address->len));
	} else
		finish_bare(list);
	g_string_truncate(box->text, 0);
	g_string_truncate(box->address, 0);
	g_string_truncate(box->comment, 0);
	box->has_address = box->quoted = box->blank = false;
}

/* A comment, nested or never closed. */
static void
read_comment(List *list)
{
	unsigned depth = 0;
	GString *comment = list->box.comment;
	g_string_truncate(comment, 0);
	for (; list->at < list->end; list->at++) {
		char c = *list->at;
		if (c == '(' && depth++ == 0)
			continue;
		if (c == ')' && --depth == 0) {
			list->at++;
			break;
		}
		if (c == '\\' && list->at + 1 < list->end)
			c = *++list->at;
		g_string_append_c(comment, c);
	}
	list->box.blank = true;
}

/* Where the quoted string that begins at AT ends, at its closing quote; NULL: nowhere. */
static const char *
quote_end(List *list)
{
	for (const char *at = list->at + 1; !list->no_quote && at < list->end; at++) {
		if (*at == '"')
			return at;
		if (*at == '\\' && at + 1 < list->end)
			at++;
	}
	list->no_quote = true;
	return NULL;
}

static void
read_quoted(List *list, const char *close)
{
	if (list->box.blank && list->box.text->len > 0)
		g_string_append_c(list->box.text, ' ');
	list->box.blank = false;
	list->box.quoted = true;
	for (const char *at = list->at + 1; at < close; at++) {
		if (*at == '\\' && at + 1 < close)
			at++;
		g_string_append_c(list->box.text, *at);
	}
	list->at = close + 1;
}

/* Does the blank in an address stand where it may, beside a '.' or '@'? Else it is kept, for it is no
 * part of any address that this might be taken for. */
static void
add_bracket_byte(GString *address, char c, bool blank)
{
	bool joins = address->len == 0 || strchr(".@", address->str[address->len - 1]) ||
	             c == '.' || c == '@';
	if (blank && !joins)
		g_string_append_c(address, ' ');
	g_string_append_c(address, c);
}

/* Copies a quoted local part as it is written; returns where it ends. */
static const char *
copy_quoted(GString *address, const char *at, const char *close)
{
	for (; at <= close; at++)
		g_string_append_c(address, *at);
	return at;
}

static void
drop_route(GString *address)
{
	const char *colon = address->str[0] == '@' ? strchr(address->str, ':') : NULL;
	if (colon)
		g_string_erase(address, 0, colon + 1 - address->str);
}

/* Is there a '>', and not behind the comma and the '<' of another mailbox? */
static bool
brackets_are_closed(List *list, const char *start)
{
	if (list->close < start) {
		list->close = memchr(start, '>', list->end - start);
		list->close = list->close ? list->close : list->end;
	}
	const char *next = memchr(start, '<', list->close - start);
	return list->close < list->end && !(next && memchr(start, ',', next - start));
}

/* <a@b>, <@route:a@b>, and one that is never closed: up to the comma. */
static void
read_brackets(List *list)
{
	GString *address = list->box.address;
	const char *start = list->at + 1, *close;
	bool closed = brackets_are_closed(list, start), blank = false;
	g_string_truncate(address, 0);
	list->at = start;
	while (list->at < list->end && *list->at != (closed ? '>' : ',')) {
		if (*list->at == '(')
			read_comment(list);
		else if (header_is_blank(*list->at)) {
			blank = true;
			list->at++;
		} else if (*list->at == '"' && (close = quote_end(list)))
			list->at = copy_quoted(address, list->at, close);
		else {
			add_bracket_byte(address, *list->at++, blank);
			blank = false;
		}
	}
	if (closed && list->at < list->end)
		list->at++;
	drop_route(address);
	list->box.has_address = true;
	list->box.blank = true;
}

static void
begin_group(List *list)
{
	list->too_deep |= ++list->depth > HEADER_GROUP_LIMIT;
	g_string_truncate(list->box.text, 0);
	g_string_truncate(list->box.comment, 0);
	list->box.quoted = list->box.blank = false;
	list->at++;
}

static void
end_mailbox(List *list)
{
	if (*list->at == ';' && list->depth > 0)
		list->depth--;
	finish_mailbox(list);
	list->at++;
}

/* Where the encoded word at AT ends; NULL: it is none. Such a word may hold any sign, even ':' and ','. */
static const char *
encoded_word_end(const List *list)
{
	const char *at = list->at + 2;
	if (list->end - list->at < 6 || list->at[1] != '?')
		return NULL;
	while (at < list->end && *at != '?' && !header_is_blank(*at))
		at++;
	if (list->end - at < 4 || at[0] != '?' || at[2] != '?')
		return NULL;
	for (at += 3; at < list->end && *at != '?' && !header_is_blank(*at);)
		at++;
	return list->end - at >= 2 && at[0] == '?' && at[1] == '=' ? at + 2 : NULL;
}

static void
add_word(List *list, const char *end)
{
	Mailbox *box = &list->box;
	if (box->blank && box->text->len > 0)
		g_string_append_c(box->text, ' ');
	box->blank = false;
	g_string_append_len(box->text, list->at, end - list->at);
	list->at = end;
}

/* The length of a domain literal, "@[IPv6:2001:db8::1]", at AT; 0: it is none. */
static size_t
literal_length(const char *at, const char *end)
{
	if (end - at < 3 || at[0] != '@' || at[1] != '[')
		return 0;
	const char *close = memchr(at, ']', MIN(end - at, 80));
	return close ? close + 1 - at : 0;
}

static bool
is_special(char c)
{
	return header_is_blank(c) || c == '(' || c == '"' || c == '=' || c == '<' || c == ',' ||
	       c == ';' || c == ':';
}

/* Where the bytes from AT on that mean nothing but themselves end. */
static const char *
atom_end(const char *at, const char *end)
{
	while (at < end && !is_special(*at)) {
		size_t literal = literal_length(at, end);
		at += literal > 0 ? literal : 1;
	}
	return at;
}

/* Reads one token. */
static void
step(List *list)
{
	char c = *list->at;
	const char *close;
	if (header_is_blank(c)) {
		list->box.blank = true;
		list->at++;
	} else if (c == '(')
		read_comment(list);
	else if (c == '"' && (close = quote_end(list)))
		read_quoted(list, close);
	else if (c == '"') /* never closed */
		list->at++;
	else if (c == '=' && (close = encoded_word_end(list)))
		add_word(list, close);
	else if (c == '<')
		read_brackets(list);
	else if (c == ',' || c == ';')
		end_mailbox(list);
	else if (c == ':' && !list->box.has_address && list->box.text->len > 0)
		begin_group(list);
	else
		add_word(list, atom_end(list->at + MAX(1, literal_length(list->at, list->end)),
				       list->end));
}

/* A field nested too deep is one name: what is written there, cut. */
static void
make_opaque(List *list, const GString *text)
{
	size_t length = MIN(text->len, HEADER_OPAQUE_NAME_LIMIT);
	g_ptr_array_set_size(list->addresses, 0);
	add_address(list, decode_name(list, text->str, length), NULL);
}

GPtrArray *
header_address_list(const char *value, size_t length, const char *hint)
{
	List list = { .hint = hint, .addresses = g_ptr_array_new_with_free_func(free_address) };
	if (!value)
		return list.addresses;
	g_autoptr(GString) text = header_unfold(value, length);
	g_autoptr(GString) words = list.box.text = g_string_sized_new(80);
	g_autoptr(GString) address = list.box.address = g_string_sized_new(80);
	g_autoptr(GString) comment = list.box.comment = g_string_sized_new(16);
	list.at = text->str;
	list.end = text->str + text->len;
	while (list.at < list.end && !list.too_deep && list.addresses->len < HEADER_ADDRESS_LIMIT)
		step(&list);
	if (list.too_deep)
		make_opaque(&list, text);
	else
		finish_mailbox(&list);
	return list.addresses;
}

GPtrArray *
header_addresses(const char *value, size_t length)
{
	return header_address_list(value, length, NULL);
}
