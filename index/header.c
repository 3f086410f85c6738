#include "index/header.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "index/digest.h"
#include "index/error.h"
#include "index/header_private.h"

/* The fields of the header pass; the identity hash is over the first IDENTITY_FIELDS, in this order. */
enum {
	FIELD_DATE,
	FIELD_FROM,
	FIELD_TO,
	FIELD_CC,
	FIELD_SUBJECT,
	FIELD_MESSAGE_ID,
	IDENTITY_FIELDS,
	FIELD_IN_REPLY_TO = IDENTITY_FIELDS,
	FIELD_REFERENCES,
	FIELD_LIST_ID,
	FIELD_CONTENT_TYPE,
	FIELD_COUNT,
};

static const HeaderSpan field_names[FIELD_COUNT] = {
	[FIELD_DATE] = { "Date", 4 },
	[FIELD_FROM] = { "From", 4 },
	[FIELD_TO] = { "To", 2 },
	[FIELD_CC] = { "Cc", 2 },
	[FIELD_SUBJECT] = { "Subject", 7 },
	[FIELD_MESSAGE_ID] = { "Message-ID", 10 },
	[FIELD_IN_REPLY_TO] = { "In-Reply-To", 11 },
	[FIELD_REFERENCES] = { "References", 10 },
	[FIELD_LIST_ID] = { "List-Id", 7 },
	[FIELD_CONTENT_TYPE] = { "Content-Type", 12 },
};

static int
find_field(HeaderSpan name)
{
	for (int i = 0; i < FIELD_COUNT; i++)
		if (name.length == field_names[i].length &&
			g_ascii_strncasecmp(name.bytes, field_names[i].bytes, name.length) == 0)
			return i;
	return -1;
}

/*
 * The first field of each name wins, as for other readers. Returns the field behind a byte order mark,
 * which servers don't see as the one it is; FIELD_COUNT: none.
 */
static int
collect_fields(const char *bytes, size_t length, HeaderSpan values[FIELD_COUNT])
{
	HeaderFields fields = header_fields_begin(bytes, length);
	const char *first = fields.at;
	int marked = FIELD_COUNT;
	HeaderSpan name, value;
	while (header_fields_next(&fields, &name, &value)) {
		int field = find_field(name);
		if (field < 0 || values[field].bytes)
			continue;
		values[field] = value;
		if (name.bytes == first && first - bytes == 3)
			marked = field;
	}
	return marked;
}

/*
 * Feeds a value with runs of white space as one blank and none around. A NUL counts as the byte that
 * servers put in its place, since IMAP cannot carry it.
 */
static void
hash_field(Digest *digest, HeaderSpan value)
{
	guchar buffer[256];
	size_t used = 0;
	bool blank = false, begun = false;
	for (size_t i = 0; i < value.length; i++) {
		if (header_is_blank(value.bytes[i])) {
			blank = begun;
			continue;
		}
		if (used + 2 > sizeof buffer) {
			digest_add(digest, buffer, used);
			used = 0;
		}
		if (blank)
			buffer[used++] = ' ';
		buffer[used++] = value.bytes[i] ? (guchar)value.bytes[i] : 0x80;
		begun = true;
		blank = false;
	}
	digest_add(digest, buffer, used);
	digest_add(digest, "\n", 1);
}

static void
make_identity(HeaderSpan values[FIELD_COUNT], int marked, uint8_t identity[HEADER_IDENTITY_SIZE])
{
	if (marked < FIELD_COUNT)
		values[marked] = (HeaderSpan){ 0 };
	Digest digest;
	digest_begin(&digest);
	for (int i = 0; i < IDENTITY_FIELDS; i++)
		hash_field(&digest, values[i]);
	digest_end(&digest, identity, HEADER_IDENTITY_SIZE);
}

void
header_identity(const Header *header, int64_t internal_date, int64_t size,
	uint8_t identity[HEADER_IDENTITY_SIZE])
{
	memcpy(identity, header->identity, HEADER_IDENTITY_SIZE);
	if (header->message_id)
		return;
	g_autofree char *text = g_strdup_printf(
		"%" G_GINT64_FORMAT " %" G_GINT64_FORMAT, (gint64)internal_date, (gint64)size);
	Digest digest;
	digest_begin(&digest);
	digest_add(&digest, header->identity, HEADER_IDENTITY_SIZE);
	digest_add(&digest, text, strlen(text));
	digest_end(&digest, identity, HEADER_IDENTITY_SIZE);
}

static bool
is_token(char c)
{
	return c > ' ' && c < 127 && !strchr("()<>@,;:\\\"/[]?=", c);
}

/* "type/subtype" in lower case, or NULL. */
static char *
read_content_type(HeaderSpan value)
{
	g_autoptr(GString) type = g_string_sized_new(32);
	size_t i = 0;
	while (i < value.length && header_is_blank(value.bytes[i]))
		i++;
	size_t slash = 0;
	for (; i < value.length && type->len < 255; i++) {
		char c = value.bytes[i];
		if (c == '/' && slash == 0 && type->len > 0)
			slash = type->len;
		else if (!is_token(c))
			break;
		g_string_append_c(type, g_ascii_tolower(c));
	}
	if (slash == 0 || slash + 1 == type->len)
		return NULL;
	return g_string_free(g_steal_pointer(&type), FALSE);
}

/* The charset parameter of a Content-Type, which raw 8-bit text is likely in; false: none. */
static bool
read_charset(HeaderSpan value, char charset[48])
{
	if (!value.bytes)
		return false;
	const char *at = value.bytes, *end = value.bytes + value.length;
	while ((at = memchr(at, ';', end - at))) {
		at++;
		while (at < end && header_is_blank(*at))
			at++;
		if (end - at < 9 || g_ascii_strncasecmp(at, "charset=", 8) != 0)
			continue;
		at += 8;
		if (*at == '"')
			at++;
		size_t length = 0;
		while (at < end && is_token(*at) && length < 47)
			charset[length++] = *at++;
		charset[length] = '\0';
		return length > 0;
	}
	return false;
}

/* The id between < and >; NULL: none. */
static char *
read_list_id(HeaderSpan value)
{
	if (!value.bytes)
		return NULL;
	const char *open = memrchr(value.bytes, '<', value.length);
	const char *end = value.bytes + value.length;
	const char *close = open ? memchr(open, '>', end - open) : NULL;
	if (!close)
		return NULL;
	g_autofree char *id = header_decode(open + 1, close - open - 1);
	return *id ? g_steal_pointer(&id) : NULL;
}

static char *
first_id(HeaderSpan value)
{
	g_autoptr(GPtrArray) ids = header_ids(value.bytes, value.length, NULL, 1);
	return ids->len > 0 ? g_strdup(ids->pdata[0]) : NULL;
}

static GPtrArray *
read_addresses(HeaderSpan value, const char *hint)
{
	return header_address_list(value.bytes, value.length, hint);
}

static void
read_values(Header *header, const HeaderSpan values[FIELD_COUNT], bool recipients)
{
	char charset[48];
	const char *hint = read_charset(values[FIELD_CONTENT_TYPE], charset) ? charset : NULL;
	HeaderSpan none = { 0 };
	HeaderSpan subject = values[FIELD_SUBJECT], id = values[FIELD_MESSAGE_ID];
	HeaderSpan references = values[FIELD_REFERENCES], date = values[FIELD_DATE];
	header->from = read_addresses(values[FIELD_FROM], hint);
	header->to = read_addresses(recipients ? values[FIELD_TO] : none, hint);
	header->cc = read_addresses(recipients ? values[FIELD_CC] : none, hint);
	if (subject.bytes)
		header->subject = header_words_decode(subject.bytes, subject.length, hint);
	header->message_id = header_message_id(id.bytes, id.length);
	header->in_reply_to = first_id(values[FIELD_IN_REPLY_TO]);
	header->references = header_ids(
		references.bytes, references.length, header->message_id, HEADER_REFERENCE_LIMIT);
	header->list_id = read_list_id(values[FIELD_LIST_ID]);
	header->content_type = read_content_type(values[FIELD_CONTENT_TYPE]);
	header->has_date =
		header_date(date.bytes, date.length, &header->date, &header->zone_minutes);
}

static Header *
read_header(const char *bytes, size_t length, bool recipients)
{
	Header *header = g_new0(Header, 1);
	HeaderSpan values[FIELD_COUNT] = { 0 };
	int marked = collect_fields(length > 0 ? bytes : "", length, values);
	read_values(header, values, recipients);
	make_identity(values, marked, header->identity);
	return header;
}

Header *
header_read(const char *bytes, size_t length)
{
	return read_header(bytes, length, true);
}

Header *
header_read_for_list(const char *bytes, size_t length)
{
	return read_header(bytes, length, false);
}

void
header_free(Header *header)
{
	if (!header)
		return;
	g_ptr_array_unref(header->from);
	g_ptr_array_unref(header->to);
	g_ptr_array_unref(header->cc);
	g_ptr_array_unref(header->references);
	g_free(header->subject);
	g_free(header->message_id);
	g_free(header->in_reply_to);
	g_free(header->list_id);
	g_free(header->content_type);
	g_free(header);
}

static bool
read_more(int fd, GByteArray *block, size_t size, GError **error)
{
	while (block->len < size) {
		size_t had = block->len;
		g_byte_array_set_size(block, (guint)size);
		ssize_t got = read(fd, block->data + had, size - had);
		int failure = errno;
		g_byte_array_set_size(block, (guint)(had + (got > 0 ? (size_t)got : 0)));
		if (got < 0 && failure == EINTR)
			continue;
		if (got < 0) {
			g_set_error(error, INDEX_ERROR, INDEX_ERROR_FAILED, "cannot read: %s",
				g_strerror(failure));
			return false;
		}
		if (got == 0)
			break;
	}
	return true;
}

/* Reads on until the header is there as a whole. */
static bool
read_block(int fd, GByteArray *block, GError **error)
{
	for (size_t size = 16 * 1024; size <= HEADER_SIZE_LIMIT; size *= 4) {
		if (!read_more(fd, block, size, error))
			return false;
		if (block->len < size ||
			header_fields_are_complete((const char *)block->data, block->len))
			return true;
	}
	return true;
}

static int
open_mail(int directory_fd, const char *path, GError **error)
{
	/* O_NONBLOCK: a FIFO must not hold us. */
	int fd = openat(
		directory_fd, path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat status;
	if (fd < 0) {
		int code = errno == ENOENT ? INDEX_ERROR_NOT_FOUND : INDEX_ERROR_FAILED;
		g_set_error(
			error, INDEX_ERROR, code, "cannot open %s: %s", path, g_strerror(errno));
		return -1;
	}
	if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
		return fd;
	g_set_error(error, INDEX_ERROR, INDEX_ERROR_FAILED, "%s is no regular file", path);
	close(fd);
	return -1;
}

Header *
header_read_file_for_list(int directory_fd, const char *path, GError **error)
{
	int fd = open_mail(directory_fd, path, error);
	if (fd < 0)
		return NULL;
	g_autoptr(GByteArray) block = g_byte_array_new();
	bool read = read_block(fd, block, error);
	close(fd);
	if (!read) {
		g_prefix_error(error, "%s: ", path);
		return NULL;
	}
	return header_read_for_list((const char *)block->data, block->len);
}
