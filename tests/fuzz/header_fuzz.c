/*
 * Any bytes read as a header give valid UTF-8 on one line everywhere, within the limits, and the same
 * identity and ids whether their lines end in LF or CRLF. Each reader of a single value holds too.
 */
#include <stdint.h>
#include <string.h>

#include "index/header.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool holds)
{
	if (!holds)
		__builtin_trap();
}

static void
check_text(const char *text)
{
	if (text)
		require(g_utf8_validate(text, -1, NULL) && !strpbrk(text, "\r\n"));
}

static void
check_addresses(const GPtrArray *addresses)
{
	require(addresses->len <= 1000);
	for (guint i = 0; i < addresses->len; i++) {
		const HeaderAddress *address = addresses->pdata[i];
		require(address->name || address->addr);
		require(!address->name || *address->name);
		require(!address->addr || *address->addr);
		check_text(address->name);
		check_text(address->addr);
	}
}

static void
check_header(const Header *header)
{
	check_addresses(header->from);
	check_addresses(header->to);
	check_addresses(header->cc);
	check_text(header->subject);
	check_text(header->message_id);
	check_text(header->in_reply_to);
	check_text(header->list_id);
	check_text(header->content_type);
	require(header->references->len <= 1000);
	for (guint i = 0; i < header->references->len; i++) {
		check_text(header->references->pdata[i]);
		require(strlen(header->references->pdata[i]) <= 189);
		require(g_strcmp0(header->references->pdata[i], header->message_id) != 0);
	}
	require(!header->message_id || *header->message_id);
	require(!header->message_id || strlen(header->message_id) <= 189);
	require(header->zone_minutes >= -25 * 60 && header->zone_minutes <= 25 * 60);
	/* the years 0 to 9999, and a day for the zone */
	require(!header->has_date ||
		(header->date > INT64_C(-62200000000) && header->date < INT64_C(253500000000)));
}

/* The same block with CRLF for each LF. */
static GString *
with_crlf(const uint8_t *data, size_t size)
{
	GString *block = g_string_sized_new(size * 2);
	for (size_t i = 0; i < size; i++) {
		if (data[i] == '\n' && (i == 0 || data[i - 1] != '\r'))
			g_string_append_c(block, '\r');
		g_string_append_c(block, (char)data[i]);
	}
	return block;
}

static void
check_same(const Header *one, const Header *two)
{
	require(memcmp(one->identity, two->identity, HEADER_IDENTITY_SIZE) == 0);
	require(g_strcmp0(one->message_id, two->message_id) == 0);
	require(g_strcmp0(one->subject, two->subject) == 0);
	require(one->from->len == two->from->len && one->references->len == two->references->len);
	require(one->has_date == two->has_date && one->date == two->date);
}

static void
check_values(const char *value, size_t size)
{
	int64_t seconds;
	int zone;
	g_autofree char *text = header_decode(value, size);
	g_autofree char *id = header_message_id(value, size);
	g_autoptr(GPtrArray) addresses = header_addresses(value, size);
	header_date(value, size, &seconds, &zone);
	check_text(text);
	check_text(id);
	check_addresses(addresses);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(Header) header = header_read((const char *)data, size);
	g_autoptr(GString) crlf = with_crlf(data, size);
	g_autoptr(Header) other = header_read(crlf->str, crlf->len);
	check_header(header);
	check_same(header, other);
	check_values((const char *)data, size);
	return 0;
}
