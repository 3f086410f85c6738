#include "ui/deed_id.h"

#include <glib.h>

char *
deed_id_new(void)
{
	return g_strdup_printf(
		"%016" G_GINT64_MODIFIER "x.%08x", g_get_real_time(), g_random_int());
}
