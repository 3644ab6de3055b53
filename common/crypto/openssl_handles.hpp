// The OpenSSL objects that we own, and how an OpenSSL failure becomes an Error.
//
// For common/crypto and the TLS parts of the glue only. OpenSSL keeps a queue of errors per thread;
// nginx and httpd log what they find in it as their own, so every failure of ours is taken out of it.
#pragma once

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <string_view>

#include "common/base/handle.hpp"
#include "common/base/result.hpp"

namespace acme {

namespace detail {
// OpenSSL has these as macros or as inline functions with casts.
inline void free_openssl_bytes(void* bytes) { OPENSSL_free(bytes); }
inline void free_x509_stack(stack_st_X509* stack) { sk_X509_pop_free(stack, X509_free); }
inline void free_extension_stack(stack_st_X509_EXTENSION* stack) {
  sk_X509_EXTENSION_pop_free(stack, X509_EXTENSION_free);
}
inline void free_tls_feature(TLS_FEATURE* feature) { sk_ASN1_INTEGER_pop_free(feature, ASN1_INTEGER_free); }
}  // namespace detail

/// The TLS feature that a must-staple certificate names (RFC 7633, RFC 6066 §8).
inline constexpr long kStatusRequest = 5;

using Asn1IntegerPtr = Handle<ASN1_INTEGER, ASN1_INTEGER_free>;
using AuthorityKeyIdPtr = Handle<AUTHORITY_KEYID, AUTHORITY_KEYID_free>;
using BignumPtr = Handle<BIGNUM, BN_free>;
using BioPtr = Handle<BIO, BIO_free>;
using CipherContextPtr = Handle<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;
using EcdsaSignaturePtr = Handle<ECDSA_SIG, ECDSA_SIG_free>;
using ExtensionPtr = Handle<X509_EXTENSION, X509_EXTENSION_free>;
using ExtensionStackPtr = Handle<stack_st_X509_EXTENSION, detail::free_extension_stack>;
using GeneralNamePtr = Handle<GENERAL_NAME, GENERAL_NAME_free>;
using GeneralNamesPtr = Handle<GENERAL_NAMES, GENERAL_NAMES_free>;
using KdfContextPtr = Handle<EVP_KDF_CTX, EVP_KDF_CTX_free>;
using KdfPtr = Handle<EVP_KDF, EVP_KDF_free>;
using MdContextPtr = Handle<EVP_MD_CTX, EVP_MD_CTX_free>;
using OpensslBytes = Handle<unsigned char, detail::free_openssl_bytes>;
using OpensslText = Handle<char, detail::free_openssl_bytes>;
using PkeyContextPtr = Handle<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using PkeyPtr = Handle<EVP_PKEY, EVP_PKEY_free>;
using TlsFeaturePtr = Handle<TLS_FEATURE, detail::free_tls_feature>;
using X509Ptr = Handle<X509, X509_free>;
using X509ReqPtr = Handle<X509_REQ, X509_REQ_free>;
using X509StackPtr = Handle<stack_st_X509, detail::free_x509_stack>;

/// "what: reason; reason" of all that waits in this thread's error queue, which is empty afterwards.
Error openssl_error(ErrorKind kind, std::string_view what);

/// `text` for reading; nullptr when it is too long or memory is short. It must outlive the BIO.
BioPtr reading_bio(std::string_view text);

/// What was written to a memory BIO; valid as long as it is.
std::string_view written(BIO* bio);

}  // namespace acme
