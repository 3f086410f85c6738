#include "ui/screen/screen_run.h"

#include <stdio.h>

#include "ui/screen/app.h"

int
screen_run(const Config *config, const char *config_path, const char *account, const char *view)
{
	AppOptions options = { config, config_path, account, view };
	g_autoptr(GError) error = NULL;
	g_autoptr(App) app = app_open(&options, &error);
	if (!app) {
		g_autoptr(CleanText) text = clean_text_format(CLEAN_LINE,
			"curlew: %s. `curlew sync`, `curlew search` and `curlew show` need none; "
			"see `curlew --help`.",
			error->message);
		clean_text_print(stderr, text);
		fputc('\n', stderr);
		return 2;
	}
	app_run(app);
	return 0;
}
