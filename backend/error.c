#include "backend/error.h"

G_DEFINE_QUARK(curlew - account - error - quark, account_error)

static const char *const words[] = {
	[ACCOUNT_ERROR_FAILED] = "failed",
	[ACCOUNT_ERROR_OFFLINE] = "offline",
	[ACCOUNT_ERROR_AUTH] = "auth",
	[ACCOUNT_ERROR_CERTIFICATE] = "certificate",
	[ACCOUNT_ERROR_REFUSED] = "refused",
	[ACCOUNT_ERROR_GONE] = "gone",
	[ACCOUNT_ERROR_FULL] = "full",
	[ACCOUNT_ERROR_DAMAGED] = "damaged",
	[ACCOUNT_ERROR_USAGE] = "usage",
	[ACCOUNT_ERROR_CANCELLED] = "cancelled",
};

const char *
account_error_word(int code)
{
	return code >= 0 && code < (int)G_N_ELEMENTS(words) ? words[code]
	                                                    : words[ACCOUNT_ERROR_FAILED];
}

int
account_error_code(const char *word)
{
	for (int code = 0; word && code < (int)G_N_ELEMENTS(words); code++)
		if (g_str_equal(words[code], word))
			return code;
	return ACCOUNT_ERROR_FAILED;
}
