#include "index/mime/mime_guard.h"

#include <string.h>

/* The fields that GMime parses as addresses in each attached message. */
static const char *const address_fields[] = { "bcc", "cc", "from", "reply-to", "sender", "to" };

/* The fields of the message's own header that tell GMime about its body. */
static const char *const content_fields[] = { "Content-Type", "Content-Transfer-Encoding",
	"Content-Disposition", "Content-ID", "Content-Description", "Content-Location" };

enum { LONGEST_FIELD = 8 };

typedef struct Scan {
	MimeFile *file;
	bool multipart;
	bool line_start;
	char head[LONGEST_FIELD + 8]; /* the beginning of this line */
	size_t head_length;
	bool head_done;
	bool in_addresses; /* of an address field, whose lines may go on */
	int depth, deepest;
	int64_t value_start;
	size_t boundary_lines;
	bool full;
} Scan;

static bool
is_address_field(const char *head, size_t length)
{
	for (size_t i = 0; i < G_N_ELEMENTS(address_fields); i++) {
		size_t name = strlen(address_fields[i]);
		if (length > name && g_ascii_strncasecmp(head, address_fields[i], name) == 0) {
			size_t colon = name;
			while (colon < length && (head[colon] == ' ' || head[colon] == '\t'))
				colon++;
			/* Blanks up to what was looked at may well go on to a colon. */
			return colon == length || head[colon] == ':';
		}
	}
	return false;
}

static void
end_field(Scan *scan, int64_t at)
{
	if (scan->in_addresses && scan->deepest > MIME_GROUP_DEPTH) {
		MimeMask mask = { scan->value_start, at };
		g_array_append_val(scan->file->masks, mask);
		if (scan->file->masks->len >= MIME_MASKS) {
			scan->file->end = at;
			scan->full = true;
		}
	}
	scan->in_addresses = false;
	scan->depth = scan->deepest = 0;
}

/* Colons are counted in quotes and comments as well: too much is masked rather than too little. */
static void
count_groups(Scan *scan, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (bytes[i] == ':')
			scan->depth++;
		else if (bytes[i] == ';' && scan->depth > 0)
			scan->depth--;
		scan->deepest = MAX(scan->deepest, scan->depth);
	}
}

static void
judge_head(Scan *scan, int64_t line)
{
	scan->head_done = true;
	if (scan->head_length == 0)
		return;
	bool goes_on = scan->head[0] == ' ' || scan->head[0] == '\t';
	if (goes_on && scan->in_addresses) {
		count_groups(scan, scan->head, scan->head_length);
		return;
	}
	end_field(scan, line);
	if (scan->head[0] == '-' && scan->head_length > 2 && scan->head[1] == '-' &&
		scan->multipart && ++scan->boundary_lines >= MIME_BOUNDARY_LINES) {
		scan->file->end = line;
		scan->full = true;
	}
	scan->in_addresses = is_address_field(scan->head, scan->head_length);
	if (scan->in_addresses) {
		/* The field's own colon stays, or it were none. */
		const char *colon = memchr(scan->head, ':', scan->head_length);
		size_t from = colon != NULL ? (size_t)(colon - scan->head) + 1 : scan->head_length;
		scan->value_start = line + (int64_t)from;
		count_groups(scan, scan->head + from, scan->head_length - from);
	}
}

/* One piece of a line: the whole, or what a window holds of it. */
static void
scan_piece(Scan *scan, const char *bytes, size_t length, int64_t offset)
{
	if (scan->line_start) {
		scan->line_start = false;
		scan->head_done = false;
		scan->head_length = 0;
	}
	size_t taken = 0;
	if (!scan->head_done) {
		size_t wanted = sizeof(scan->head) - scan->head_length;
		taken = MIN(wanted, length);
		memcpy(scan->head + scan->head_length, bytes, taken);
		scan->head_length += taken;
		bool ended = bytes[length - 1] == '\n';
		if (scan->head_length == sizeof(scan->head) || ended)
			judge_head(scan, offset + (int64_t)taken - (int64_t)scan->head_length);
	}
	if (scan->in_addresses && scan->head_done)
		count_groups(scan, bytes + taken, length - taken);
}

/* Most lines of most files: seen whole, and begun by a letter that begins nothing of interest. */
static bool
is_dull(const Scan *scan, char first, bool whole)
{
	return scan->line_start && whole && !scan->in_addresses &&
	       strchr("-bcfrstBCFRST", first) == NULL;
}

static void
add_content_field(MimeFile *file, const char *name)
{
	const MimeField *field = mime_file_field(file, name);
	if (field == NULL)
		return;
	g_string_append_printf(file->prefix, "%s: ", name);
	g_string_append_len(file->prefix, field->value, (gssize)field->value_length);
	g_string_append_c(file->prefix, '\n');
}

bool
mime_guard_scan(MimeFile *file)
{
	g_string_assign(file->prefix, "MIME-Version: 1.0\n");
	for (size_t i = 0; i < G_N_ELEMENTS(content_fields); i++)
		add_content_field(file, content_fields[i]);
	g_string_append_c(file->prefix, '\n');

	const MimeField *type = mime_file_field(file, "Content-Type");
	Scan scan = { .file = file, .line_start = true };
	scan.multipart = type != NULL && type->value_length > 10 &&
	                 g_ascii_strncasecmp(type->value, "multipart/", 10) == 0;
	const char *bytes;
	size_t length;
	int64_t at = file->body;
	while (!scan.full && (length = mime_file_read(file, at, &bytes)) > 0) {
		for (size_t done = 0; done < length && !scan.full;) {
			const char *newline = memchr(bytes + done, '\n', length - done);
			size_t piece = newline != NULL ? (size_t)(newline - bytes) + 1 - done
			                               : length - done;
			if (!is_dull(&scan, bytes[done], newline != NULL))
				scan_piece(&scan, bytes + done, piece, at + (int64_t)done);
			scan.line_start = newline != NULL;
			done += piece;
		}
		at += (int64_t)length;
	}
	if (!scan.full)
		end_field(&scan, file->size);
	return !scan.full;
}
