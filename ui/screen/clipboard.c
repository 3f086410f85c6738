#include "ui/screen/clipboard.h"

/* Base64 carries no control character, whatever the text is. */
void
clipboard_copy(const CleanText *text)
{
	g_autofree char *coded =
		g_base64_encode((const guchar *)clean_text_utf8(text), clean_text_length(text));
	fprintf(stdout, "\033]52;c;%s\a", coded);
	fflush(stdout);
}
