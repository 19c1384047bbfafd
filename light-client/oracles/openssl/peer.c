/* OpenSSL's opinion of SM2 signatures, one line in, one line out. It is C because OpenSSL is, and a
 * program of its own so that no crate of this project holds unsafe code.
 *
 *   M key signature message   SM3 with the user id 1234567812345678   -> 1 or 0
 *   D key signature digest    e is given                              -> 1 or 0
 *   T count                   the last M line again and again         -> nanoseconds of CPU time
 *
 * key: an encoded point; signature: DER; all in hex, "-" for nothing. */
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MAX 65536
static const char *ID = "1234567812345678"; /* never left out: without it OpenSSL 3.0 takes the empty id */

static size_t unhex(const char *text, unsigned char *out) {
    size_t length = 0;
    if (strcmp(text, "-") == 0) return 0;
    for (; text[0] && text[1]; text += 2) {
        unsigned byte;
        if (sscanf(text, "%2x", &byte) != 1) break;
        out[length++] = (unsigned char)byte;
    }
    return length;
}

static EVP_PKEY *key_of(unsigned char *point, size_t length) {
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "SM2", NULL);
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char *)"SM2", 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, length),
        OSSL_PARAM_construct_end(),
    };
    if (ctx && EVP_PKEY_fromdata_init(ctx) == 1) EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params);
    EVP_PKEY_CTX_free(ctx);
    return key;
}

static int verify_message(EVP_PKEY *key, const unsigned char *sig, size_t sig_len, const unsigned char *msg,
                          size_t msg_len) {
    int held = 0;
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    if (md && ctx && EVP_PKEY_CTX_set1_id(ctx, ID, (int)strlen(ID)) == 1) {
        EVP_MD_CTX_set_pkey_ctx(md, ctx);
        if (EVP_DigestVerifyInit(md, NULL, EVP_sm3(), NULL, key) == 1)
            held = EVP_DigestVerify(md, sig, sig_len, msg, msg_len) == 1;
    }
    EVP_MD_CTX_free(md);
    EVP_PKEY_CTX_free(ctx);
    return held;
}

static int verify_digest(EVP_PKEY *key, const unsigned char *sig, size_t sig_len, const unsigned char *digest,
                         size_t length) {
    int held = 0;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    if (ctx && EVP_PKEY_verify_init(ctx) == 1) held = EVP_PKEY_verify(ctx, sig, sig_len, digest, length) == 1;
    EVP_PKEY_CTX_free(ctx);
    return held;
}

static long long cpu_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

int main(void) {
    static char line[4 * MAX], kind[2], key_hex[MAX], sig_hex[MAX], data_hex[2 * MAX];
    static unsigned char point[MAX], sig[MAX], data[MAX];
    EVP_PKEY *key = NULL;
    size_t sig_len = 0, data_len = 0;
    while (fgets(line, sizeof line, stdin)) {
        long count;
        if (sscanf(line, "T %ld", &count) == 1) {
            long long start = cpu_ns();
            long held = 0;
            for (long n = 0; key && n < count; n++) held += verify_message(key, sig, sig_len, data, data_len);
            printf("%lld\n", held == count ? cpu_ns() - start : -1);
        } else if (sscanf(line, "%1s %65535s %65535s %131071s", kind, key_hex, sig_hex, data_hex) == 4) {
            EVP_PKEY_free(key);
            key = key_of(point, unhex(key_hex, point));
            sig_len = unhex(sig_hex, sig);
            data_len = unhex(data_hex, data);
            int held = 0;
            if (key)
                held = kind[0] == 'M' ? verify_message(key, sig, sig_len, data, data_len)
                                      : verify_digest(key, sig, sig_len, data, data_len);
            printf("%d\n", held);
        } else {
            printf("?\n");
        }
        fflush(stdout);
    }
    return 0;
}
