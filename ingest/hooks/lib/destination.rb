# frozen_string_literal: true

require 'fileutils'
require 'open3'
require_relative 'names'

module PlenaryPush
  # A folder of this machine that the library watches.
  class Spool
    def initialize(folder)
      @folder = folder
    end

    # Hidden while it grows, as rsync does it; the library looks past dotfiles.
    def deliver(bundle, _queue)
      hidden = File.join(@folder, ".#{bundle.name}.plenary-push")
      Spool.write(bundle, hidden)
      File.rename(hidden, File.join(@folder, bundle.name))
      PlenaryPush.sync(@folder)
    rescue SystemCallError => e
      raise Failed, "cannot write into the spool: #{e.message}"
    ensure
      FileUtils.rm_f(hidden)
    end

    def self.write(bundle, path)
      how = File::WRONLY | File::CREAT | File::TRUNC | File::NOFOLLOW
      File.open(path, how, 0o640) do |file|
        file.binmode
        bundle.stream { |tar| IO.copy_stream(tar, file) }
        file.fsync
      end
    end
  end

  # A folder of another machine, by rsync over ssh.
  class RemoteSpool
    FORM = %r{\A[A-Za-z0-9_][\w.@-]*:[^:\s][^\s]*\z}.freeze

    def initialize(config)
      @target = config['spool'].to_s
      @ssh = config['ssh'].to_s
      @timeout = config['timeout']
      return if FORM.match?(@target)

      raise BadConfig, '`spool` is neither an absolute path nor user@host:/path'
    end

    def deliver(bundle, queue)
      queue.scratch(bundle.name) do |path|
        Spool.write(bundle, path)
        output, status = Open3.capture2e(PlenaryPush.plain, 'rsync', '--protect-args', '--ignore-times',
                                         "--timeout=#{@timeout}", '--rsh', @ssh, '--',
                                         path, "#{@target.chomp('/')}/", unsetenv_others: true)
        next if status.success?

        # 255 is ssh's own word for a connection that did not come about.
        kind = status.exitstatus == 255 ? Unreachable : Failed
        raise kind, "rsync failed (#{status.exitstatus}): #{PlenaryPush.line(output)}"
      end
    rescue SystemCallError => e
      raise Failed, "cannot make the tar for rsync: #{e.message}"
    end
  end

  # The library itself, by HTTPS. The token is in no argument and no variable, only in the request.
  class Library
    def initialize(config)
      require 'net/http'
      require 'openssl'
      @config = config
      @base = URI.parse(config['library'].to_s.chomp('/'))
      raise BadConfig, '`library` is not a https:// address' unless @base.is_a?(URI::HTTP) && @base.host
      return if @base.scheme == 'https' || config['allow_http']
      return if ['localhost', '127.0.0.1', '[::1]'].include?(@base.host)

      raise BadConfig, '`library` is http://: anybody on the way could read the token'
    rescue URI::InvalidURIError => e
      raise BadConfig, "`library` is not an address: #{e.message}"
    end

    def deliver(bundle, _queue)
      token = read_token
      connect do |http|
        bundle.stream do |tar|
          answer = http.request(request(bundle.name, token, tar))
          next if answer.is_a?(Net::HTTPSuccess)

          said = PlenaryPush.line(answer.body, 200).gsub(token, '[token]')
          raise Failed, "the library answered #{answer.code} #{answer.message}: #{said}"
        end
      end
    rescue SystemCallError, IOError, Timeout::Error, SocketError, Net::ProtocolError,
           Net::HTTPBadResponse, OpenSSL::OpenSSLError => e
      raise Failed, "the transfer to the library broke off: #{e.class}: #{e.message}"
    end

    private

    def connect
      http = Net::HTTP.new(@base.hostname, @base.port)
      http.use_ssl = @base.scheme == 'https'
      http.ca_file = @config['ca_file'] if @config['ca_file']
      http.open_timeout = 30
      http.continue_timeout = 10
      http.read_timeout = http.write_timeout = @config['timeout']
      # Net::HTTP would send the rest of a half-read stream as if it were the whole.
      http.max_retries = 0
      begin
        http.start
      rescue SystemCallError, IOError, Timeout::Error, SocketError, OpenSSL::OpenSSLError => e
        raise Unreachable, "cannot reach #{@base.host}: #{e.class}: #{e.message}"
      end
      yield http
    ensure
      http.finish if http&.started?
    end

    # `Expect` lets the library refuse before gigabytes were sent.
    def request(name, token, tar)
      put = Net::HTTP::Put.new("#{@base.path}/ingest/push/#{name}")
      put['Authorization'] = "Bearer #{token}"
      put['Content-Type'] = 'application/x-tar'
      put['Transfer-Encoding'] = 'chunked'
      put['Expect'] = '100-continue'
      put.body_stream = tar
      put
    end

    def read_token
      path = @config['token_file']
      raise Failed, "#{path} can be read by everybody; chmod 640" if File.stat(path).mode & 0o007 != 0

      token = File.read(path).strip
      raise Failed, "#{path} holds no token" unless /\A[\x21-\x7e]+\z/.match?(token)

      token
    rescue SystemCallError => e
      raise Failed, "cannot read the token: #{e.message}"
    end
  end
end
