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
	unsigned depth; /* of groups */
	bool no_quote;  /* no '"' follows any more */
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
	g_autofree char *name = header_words_decode(text, length, list->hint);
	return *name ? g_steal_pointer(&name) : NULL;
}

/* An address is shown as it was written: only NULs and bytes that are no UTF-8 are replaced. */
static char *
plain_address(const char *text, size_t length)
{
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

static void
finish_bare(List *list)
{
	Mailbox *box = &list->box;
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
begin_word(Mailbox *box)
{
	if (box->blank && box->text->len > 0)
		g_string_append_c(box->text, ' ');
	box->blank = false;
}

static void
read_quoted(List *list, const char *close)
{
	begin_word(&list->box);
	list->box.quoted = true;
	for (const char *at = list->at + 1; at < close; at++) {
		if (*at == '\\' && at + 1 < close)
			at++;
		g_string_append_c(list->box.text, *at);
	}
	list->at = close + 1;
}

/* <a@b>, <@route:a@b>, and one that is never closed: up to the comma. */
static void
read_brackets(List *list)
{
	GString *address = list->box.address;
	const char *start = list->at + 1;
	const char *close = memchr(start, '>', list->end - start);
	if (!close) {
		close = memchr(start, ',', list->end - start);
		close = close ? close : list->end;
	}
	const char *colon =
		start < close && *start == '@' ? memchr(start, ':', close - start) : NULL;
	g_string_truncate(address, 0);
	for (const char *at = colon ? colon + 1 : start; at < close; at++)
		if (!header_is_blank(*at))
			g_string_append_c(address, *at);
	list->box.has_address = true;
	list->box.blank = true;
	list->at = close < list->end && *close == '>' ? close + 1 : close;
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
	else if (c == '<')
		read_brackets(list);
	else if (c == ',' || c == ';')
		end_mailbox(list);
	else if (c == ':' && !list->box.has_address && list->box.text->len > 0)
		begin_group(list);
	else {
		begin_word(&list->box);
		g_string_append_c(list->box.text, c);
		list->at++;
	}
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
