use super::{AnnouncedError, LEEWAY, bounded, field};
use crate::bbb::Secret;
use archive::{RecordingId, Timestamp};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;

/// A format of a recording was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announced {
    pub record_id: RecordingId,
    /// The meeting's external id.
    pub meeting_id: String,
}

/// What BigBlueButton's `post_publish_recording_ready_callback.rb` signs. Times are in seconds and
/// not sent by it; others may.
#[derive(Deserialize)]
struct Claims {
    record_id: String,
    #[serde(default)]
    meeting_id: String,
    exp: Option<f64>,
    nbf: Option<f64>,
    iat: Option<f64>,
}

/// Verifies the body of a recording-ready callback.
///
/// It is a form with the field `signed_parameters`, a JSON Web Token signed by HS256 with the shared
/// secret. Other algorithms, `none` included, are refused whatever the token says of itself.
///
/// Its times are honoured where it has them, with a minute of leeway. One without them can be sent
/// again by whoever saw it; what follows from it is fetched from the server and changes nothing the
/// second time.
///
/// # Errors
///
/// [`AnnouncedError::is_unauthorized`] tells apart who is not believed and what is not understood.
pub fn recording_ready(
    body: &[u8],
    secret: &Secret,
    now: Timestamp,
) -> Result<Announced, AnnouncedError> {
    bounded(body)?;
    let token = field(body, "signed_parameters")?;
    let mut validation = Validation::new(Algorithm::HS256);
    // The library asks the machine's clock for these; below they are held against `now`.
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    let key = DecodingKey::from_secret(secret.as_bytes());
    let claims: Claims = jsonwebtoken::decode(token.trim(), &key, &validation)
        .map_err(|error| AnnouncedError::Token { source: error.into() })?
        .claims;
    for from in [claims.nbf, claims.iat].into_iter().flatten() {
        let from = moment(from).ok_or(AnnouncedError::Field { name: "nbf" })?;
        if now.plus(LEEWAY) < from {
            return Err(AnnouncedError::NotYet { from });
        }
    }
    if let Some(at) = claims.exp {
        let at = moment(at).ok_or(AnnouncedError::Field { name: "exp" })?;
        if at.plus(LEEWAY) < now {
            return Err(AnnouncedError::Expired { at });
        }
    }
    let record_id = claims.record_id.parse().map_err(|source| AnnouncedError::Record { source })?;
    Ok(Announced { record_id, meeting_id: claims.meeting_id })
}

/// Seconds since 1970, to the millisecond, as far as years have four digits.
fn moment(seconds: f64) -> Option<Timestamp> {
    let since = std::time::Duration::try_from_secs_f64(seconds).ok()?;
    let sane = since.as_secs() < 253_402_300_800;
    sane.then(|| Timestamp::from_unix_ms(0).plus(since))
}

#[cfg(test)]
mod tests {
    use super::*;
    use archive::testing::{NOW, recording_id};
    use jsonwebtoken::{EncodingKey, Header, encode};
    use proptest::prelude::*;
    use serde_json::{Value, json};

    /// 2023-11-14T22:13:20Z, as is `NOW`.
    const NOW_S: i64 = 1_700_000_000;

    fn secret() -> Secret {
        Secret::new("mysharedsecret").unwrap()
    }

    fn signed(algorithm: Algorithm, secret: &str, claims: &Value) -> Vec<u8> {
        let key = EncodingKey::from_secret(secret.as_bytes());
        let token = encode(&Header::new(algorithm), claims, &key).unwrap();
        format!("signed_parameters={token}").into_bytes()
    }

    fn claims(more: Value) -> Value {
        let mut claims = json!({"meeting_id": "room-42", "record_id": recording_id(1).as_str()});
        let Value::Object(more) = more else { panic!("an object") };
        claims.as_object_mut().unwrap().extend(more);
        claims
    }

    fn verdict(more: Value) -> Result<Announced, AnnouncedError> {
        let body = signed(Algorithm::HS256, "mysharedsecret", &claims(more));
        recording_ready(&body, &secret(), NOW)
    }

    #[test]
    fn what_the_server_signed_is_believed() {
        let expected = Announced { record_id: recording_id(1), meeting_id: "room-42".into() };
        assert_eq!(verdict(json!({})).unwrap(), expected);
    }

    /// A token made by another library; its record id has another form than BigBlueButton's.
    #[test]
    fn a_token_made_elsewhere_is_believed_and_its_record_id_checked() {
        let token = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.\
                     eyJtZWV0aW5nX2lkIjoidGVzdDAxIiwicmVjb3JkX2lkIjoieC0xIn0.\
                     reWVTUbsy4YmHL3cL8StTL3ElCFANuDu_PqKXAPagTQ";
        let body = format!("signed_parameters={token}");
        let error = recording_ready(body.as_bytes(), &secret(), NOW).unwrap_err();
        assert!(matches!(&error, AnnouncedError::Record { .. }), "{error:?}");
        assert!(!error.is_unauthorized());
        let other = Secret::new("mysharedsecret2").unwrap();
        let error = recording_ready(body.as_bytes(), &other, NOW).unwrap_err();
        assert!(matches!(&error, AnnouncedError::Token { .. }), "{error:?}");
        assert!(error.is_unauthorized());
    }

    #[test]
    fn no_other_algorithm_counts() {
        for algorithm in [Algorithm::HS384, Algorithm::HS512] {
            let body = signed(algorithm, "mysharedsecret", &claims(json!({})));
            let error = recording_ready(&body, &secret(), NOW).unwrap_err();
            assert!(matches!(error, AnnouncedError::Token { .. }), "{algorithm:?}");
        }
        // {"alg":"none"} and {"alg":"RS256"} with a body that would do, and no or any signature.
        let claims = "eyJtZWV0aW5nX2lkIjoidGVzdDAxIiwicmVjb3JkX2lkIjoieC0xIn0";
        for header in ["eyJhbGciOiJub25lIn0", "eyJhbGciOiJSUzI1NiJ9"] {
            for signature in ["", "AAAA"] {
                let body = format!("signed_parameters={header}.{claims}.{signature}");
                let error = recording_ready(body.as_bytes(), &secret(), NOW).unwrap_err();
                assert!(matches!(error, AnnouncedError::Token { .. }), "{header}");
            }
        }
    }

    #[test]
    fn its_times_are_honoured_with_a_minute_of_leeway() {
        let cases = [
            (json!({"exp": NOW_S + 1}), true),
            (json!({"exp": NOW_S - 60}), true),
            (json!({"exp": NOW_S - 61}), false),
            (json!({"exp": 0}), false),
            (json!({"exp": -1}), false),
            (json!({"exp": 1e300}), false),
            (json!({"nbf": NOW_S + 60, "iat": NOW_S}), true),
            (json!({"nbf": NOW_S + 61}), false),
            (json!({"iat": NOW_S + 61}), false),
            (json!({"iat": 1_699_999_999.5}), true),
            (json!({"aud": "somebody", "iss": "bbb"}), true),
        ];
        for (more, expected) in cases {
            assert_eq!(verdict(more.clone()).is_ok(), expected, "{more}");
        }
        let error = verdict(json!({"exp": NOW_S - 3_600})).unwrap_err();
        assert!(error.to_string().contains("2023-11-14T21:13:20Z"), "{error}");
    }

    #[test]
    fn a_body_without_one_token_is_refused() {
        let good = signed(Algorithm::HS256, "mysharedsecret", &claims(json!({})));
        let twice = [good.as_slice(), b"&", good.as_slice()].concat();
        let cases: [&[u8]; 5] =
            [b"", b"signed_parameters=", b"other=1", &twice, &vec![b'a'; MOST + 1]];
        for body in cases {
            assert!(recording_ready(body, &secret(), NOW).is_err());
        }
        let no_id = signed(Algorithm::HS256, "mysharedsecret", &json!({"meeting_id": "x"}));
        assert!(recording_ready(&no_id, &secret(), NOW).is_err());
    }

    const MOST: usize = super::super::MOST_ANNOUNCED_BYTES;

    proptest! {
        #[test]
        fn never_panics_and_never_believes_noise(text in "[a-zA-Z0-9._=&%-]{0,80}", bytes: Vec<u8>) {
            let body = format!("signed_parameters={text}");
            prop_assert!(recording_ready(body.as_bytes(), &secret(), NOW).is_err());
            prop_assert!(recording_ready(&bytes, &secret(), NOW).is_err());
        }
    }
}
